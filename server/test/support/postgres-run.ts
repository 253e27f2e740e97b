import { randomBytes } from "node:crypto";
import pg from "pg";

/** Names this run before any worker starts, so that its databases differ in name from those of another. */
export function setup(): void {
  if (process.env.TEST_POSTGRES_URL)
    process.env.TEST_POSTGRES_RUN = `parlance_run_${randomBytes(4).toString("hex")}`;
}

/** Drops the databases that are left after the last worker, the template among them. */
export async function teardown(): Promise<void> {
  const { TEST_POSTGRES_URL, TEST_POSTGRES_RUN } = process.env;
  if (!TEST_POSTGRES_URL || !TEST_POSTGRES_RUN) return;
  const admin = new pg.Client({ connectionString: TEST_POSTGRES_URL });
  await admin.connect();
  try {
    const left = await admin.query<{ datname: string }>(
      "select datname from pg_database where starts_with(datname, $1)",
      [TEST_POSTGRES_RUN],
    );
    for (const { datname } of left.rows) await admin.query(`drop database if exists ${datname} with (force)`);
  } finally {
    await admin.end();
  }
}
