// Builds and compresses the files of some languages with nothing around it: one statement per language, one
// JSON.stringify, zlib at our settings. Stores nothing. Prints the milliseconds from the first statement to the last byte.
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import pg from "pg";

interface Value {
  namespace: string;
  name: string;
  text: string;
}

const AT_ONCE = 4;
const { DATABASE_URL = "", PROJECT = "", LANGUAGES = "" } = process.env;

const statement = (project: string, language: string) => `
  select "keys"."namespace", "keys"."name", "translations"."text" from "keys"
  inner join "translations" on "translations"."keyId" = "keys"."id" and "translations"."language" = ${language}
  where "keys"."projectId" = ${project} and "keys"."deletedAt" is null and "translations"."status" = 'approved'
  order by "keys"."namespace", "keys"."name"`;

const { read, close } = DATABASE_URL.startsWith("file:") ? openSqlite() : await openPostgres();
const begun = performance.now();
const running = new Set<Promise<unknown>>();
for (const language of LANGUAGES.split(",")) {
  const file = build(await read(language));
  while (running.size >= AT_ONCE) await Promise.race(running);
  const mine: Promise<unknown> = compress(file).finally(() => running.delete(mine));
  running.add(mine);
}
await Promise.all(running);
console.log(performance.now() - begun);
await close();

function build(values: readonly Value[]): Buffer {
  const tree: Record<string, unknown> = {};
  for (const { namespace, name, text } of values) {
    const parts = [namespace, ...name.split(".")];
    const last = parts.pop() as string;
    let place = tree;
    for (const part of parts) {
      place[part] ??= {};
      place = place[part] as Record<string, unknown>;
    }
    place[last] = text;
  }
  return Buffer.from(JSON.stringify(tree));
}

function compress(bytes: Buffer): Promise<unknown> {
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return Promise.all([
    promisify(brotliCompress)(bytes, { params }),
    promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ]);
}

function openSqlite() {
  const database = new DatabaseSync(DATABASE_URL.slice("file:".length), { readOnly: true });
  const select = database.prepare(statement("?1", "?2"));
  const read = async (language: string) => select.all(PROJECT, language) as unknown as Value[];
  return { read, close: async () => database.close() };
}

async function openPostgres() {
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  const read = async (language: string) =>
    (await client.query<Value>(statement("$1", "$2"), [PROJECT, language])).rows;
  return { read, close: () => client.end() };
}
