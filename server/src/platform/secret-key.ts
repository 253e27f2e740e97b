import { randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "./config.ts";

/** From the setting, or made once in DATA_DIR and readable by nobody else. Never in the database. */
export function secretKey(config: Pick<Config, "SECRET_KEY" | "DATA_DIR">): string {
  if (config.SECRET_KEY) return config.SECRET_KEY;
  const path = join(config.DATA_DIR, "secret.key");
  mkdirSync(config.DATA_DIR, { recursive: true });
  makeOnce(path);
  chmodSync(path, 0o600);
  return readFileSync(path, "utf8").trim();
}

function makeOnce(path: string): void {
  try {
    writeFileSync(path, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
