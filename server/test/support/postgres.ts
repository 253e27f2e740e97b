import { randomBytes } from "node:crypto";
import pg from "pg";
import { openDatabase } from "../../src/database/open.ts";

/** Serializes those who would make the template at the same moment. */
const TEMPLATE_LOCK = 7_164_502;

/** A database of its own on the server that TEST_POSTGRES_URL names, with all tables and no rows. */
interface PostgresDatabase {
  url: string;
  drop(): Promise<void>;
}

export async function createPostgres(): Promise<PostgresDatabase> {
  const admin = await connect();
  // Named by `postgres-run.ts`; a program that is not a test run makes and drops its database in full.
  const run = process.env.TEST_POSTGRES_RUN;
  const name = `${run ?? "parlance_test"}_${randomBytes(6).toString("hex")}`;
  if (run) {
    // Copying one takes a tenth of the time of migrating one.
    await admin.query(`create database ${name} template ${await template(admin, run)}`);
    await admin.query(`alter database ${name} set synchronous_commit = off`);
  } else {
    await admin.query(`create database ${name}`);
  }
  return {
    url: urlOf(name),
    async drop() {
      const dropped = admin.query(`drop database ${name} with (force)`).finally(() => admin.end());
      // Postgres writes everything to disk first, which nobody need wait for: the end of the run drops what is left.
      if (run) dropped.catch(() => {});
      else await dropped;
    },
  };
}

/** The name of the template, which the first caller makes. */
async function template(admin: pg.Client, run: string): Promise<string> {
  const name = `${run}_template`;
  await admin.query("select pg_advisory_lock($1)", [TEMPLATE_LOCK]);
  try {
    const found = await admin.query("select 1 from pg_database where datname = $1", [name]);
    if (found.rowCount === 0) {
      const draft = `${run}_draft`;
      await admin.query(`create database ${draft}`);
      await (await openDatabase(urlOf(draft))).close();
      await admin.query(`alter database ${draft} rename to ${name}`);
    }
  } finally {
    await admin.query("select pg_advisory_unlock($1)", [TEMPLATE_LOCK]);
  }
  return name;
}

async function connect(): Promise<pg.Client> {
  const admin = new pg.Client({ connectionString: process.env.TEST_POSTGRES_URL });
  await admin.connect();
  return admin;
}

function urlOf(database: string): string {
  const url = new URL(process.env.TEST_POSTGRES_URL as string);
  url.pathname = `/${database}`;
  return url.href;
}
