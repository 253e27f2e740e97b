export { type Kv, kvStore, memoryKv, type Versioned } from "./kv.ts";
export { memoryStore } from "./memory.ts";
export { type RunSql, SQL_SCHEMA, type SqlStoreOptions, sqlStore } from "./sql.ts";
