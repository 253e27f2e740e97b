import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTestPostgres, openTestSqlite, type TestDatabase } from "../../server/test/support/databases.ts";
import { freePort, type Program, startProgram } from "./program.ts";

const MAIN = join(import.meta.dirname, "../../server/src/main.ts");

/** Keys of the measured server; seeds are made with the same one. */
export const SECRET_KEY = "a secret key that only measurements use, long";
export const PUBLIC_URL = "https://parlance.example";

/** A fresh, migrated database: a SQLite file, or one on the server that TEST_POSTGRES_URL names. Both write durably. */
export async function freshDatabase(engine: "sqlite" | "postgres" = "sqlite"): Promise<TestDatabase> {
  return engine === "sqlite" ? openTestSqlite() : openTestPostgres();
}

export interface Settings {
  /** Of `freshDatabase`; without one the server makes its own SQLite file in an empty folder. */
  databaseUrl?: string | undefined;
  /** A folder that stays; a fresh one that goes with the server by default. */
  dataDir?: string;
  environment?: Record<string, string>;
}

/** Our server as it runs in production, log included, in a process of its own. */
export async function startServer({
  databaseUrl,
  dataDir,
  environment = {},
}: Settings = {}): Promise<Program> {
  const folder = temporaryFolder();
  const port = await freePort();
  const program = await startProgram({
    args: [MAIN],
    port,
    path: "/health",
    environment: {
      NODE_ENV: "production",
      PORT: String(port),
      HOST: "127.0.0.1",
      PUBLIC_URL,
      SECRET_KEY,
      DATA_DIR: dataDir ?? folder.path,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
      SMTP_URL: "smtp://127.0.0.1:9",
      MAIL_FROM: "parlance@parlance.example",
      // The limit counts every call and is never reached.
      RATE_LIMIT_PER_MINUTE: "1000000000",
      ...environment,
    },
  });
  const stop = async () => {
    await program.stop();
    await folder.close();
  };
  return { ...program, stop };
}

export function temporaryFolder(): { path: string; close(): Promise<void> } {
  const path = mkdtempSync(join(tmpdir(), "parlance-bench-"));
  return { path, close: async () => rmSync(path, { recursive: true, force: true }) };
}
