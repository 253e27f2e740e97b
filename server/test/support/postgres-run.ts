import { randomBytes } from "node:crypto";
import pg from "pg";

/** Before any worker starts: names this run, so that its databases can be told from those of another. */
export function setup(): void {
  if (process.env.TEST_POSTGRES_URL)
    process.env.TEST_POSTGRES_RUN = `parlance_run_${randomBytes(4).toString("hex")}`;
}

/** After the last: drops what is left of them, the one that the others were copied from among it. */
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
