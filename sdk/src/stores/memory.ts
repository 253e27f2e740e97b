import type { ConnectionStore } from "../store.ts";
import { kvStore, memoryKv } from "./kv.ts";

/** Connections in this process, gone with it: for tests, and for a program of one user that connects at every start. */
export function memoryStore(): ConnectionStore {
  return kvStore(memoryKv());
}
