import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { type Config, ConfigError } from "./config.ts";

const SHORTEST = 32;

/**
 * The secret key: from the setting, or made once in a file in DATA_DIR that only we can read. It is never in the database.
 * Throws `ConfigError` when the file holds less than a key.
 */
export function secretKey(config: Pick<Config, "SECRET_KEY" | "DATA_DIR">): string {
  if (config.SECRET_KEY) return config.SECRET_KEY;
  const path = join(config.DATA_DIR, "secret.key");
  mkdirSync(config.DATA_DIR, { recursive: true });
  if (!existsSync(path)) makeOnce(path);
  chmodSync(path, 0o600);
  const key = readFileSync(path, "utf8").trim();
  if (key.length < SHORTEST) {
    throw new ConfigError(
      `The setting SECRET_KEY is missing, and ${path}, which stands for it, holds fewer than ${SHORTEST} characters.`,
    );
  }
  return key;
}

/** Makes the file under its name only when it is complete and on disk: no crash or second process sees half a key. */
function makeOnce(path: string): void {
  const draft = `${path}.${process.pid}`;
  const file = openSync(draft, "w", 0o600);
  try {
    writeSync(file, randomBytes(32).toString("base64url"));
    fsyncSync(file);
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    closeSync(file);
    rmSync(draft, { force: true });
  }
}
