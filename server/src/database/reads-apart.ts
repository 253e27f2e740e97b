import type { Kysely } from "kysely";
import type { Database } from "./open.ts";
import type { Schema } from "./schema.ts";

/**
 * For who runs every statement by itself, outside of transactions: writes go where all do, and reads do not wait behind
 * those of others, which may take long, or wait for another process.
 */
export function readsApart({ read, writer }: Pick<Database, "read" | "writer">): Kysely<Schema> {
  return new Proxy(writer, {
    get(_, name) {
      const from = name === "selectFrom" ? read : writer;
      const value = Reflect.get(from, name, from);
      return typeof value === "function" ? value.bind(from) : value;
    },
  });
}
