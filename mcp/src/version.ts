import { readFileSync } from "node:fs";

/** As the package says it; sources and what is built from them lie one folder below. */
export const { version: VERSION } = JSON.parse(
  readFileSync(new URL("../package.json", import.meta.url), "utf8"),
) as { version: string };
