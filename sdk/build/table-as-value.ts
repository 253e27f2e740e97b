import { join } from "node:path";
import type { Plugin } from "rolldown";
import { TABLE } from "../src/table.ts";

const MODULE = join(import.meta.dirname, "..", "src", "table.ts");

/** The table as it was worked out, in place of the schemas that it is worked out from. */
export function tableAsValue(): Plugin {
  return {
    name: "table-as-value",
    load: (id) => (id === MODULE ? `export const TABLE = ${JSON.stringify(TABLE)};` : undefined),
  };
}
