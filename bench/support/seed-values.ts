import { randomUUID } from "node:crypto";
import { type RawBuilder, sql } from "kysely";
import { toColumns } from "../../server/src/database/actor.ts";
import type { Database, Transaction } from "../../server/src/database/open.ts";
import { untilIndexed } from "../../server/test/support/indexed.ts";
import type { World } from "../../server/test/support/projects.ts";

export const LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "tr"] as const;
const NAMESPACE_COUNT = 20;
/** One key in so many has it. */
const RARE_EVERY = 5000;

const KEYS_PER_STATEMENT = 1000;
const CHANGESET = "cs_seed";

/** One text in so many is a draft, is outdated, or is missing in the last language. */
const DRAFT_EVERY = 1009;
const OUTDATED_EVERY = 2003;
const MISSING_EVERY = 997;

/**
 * Fills an empty project with keys and a text of each in every language, with history, counters and search index as if
 * one changeset had written them; straight into the tables, because there may be millions. The project has `LANGUAGES`.
 *
 * @returns ids of the keys in the order of lists
 */
export async function seedValues(
  db: Database,
  { project, person }: World,
  keyCount: number,
): Promise<string[]> {
  const now = Date.now();
  const keys = Array.from({ length: keyCount }, (_, at) => keyAt(at, keyCount));
  await db.write(async (tx) => {
    await tx
      .insertInto("changesets")
      .values({
        ...{ id: CHANGESET, projectId: project.id, via: "import", message: null, createdAt: now },
        ...toColumns(person.actor),
        ...{ keyCount, valueCount: 0 },
      })
      .execute();
  });
  const texts = new Map<string, number>();
  for (let start = 0; start < keys.length; start += KEYS_PER_STATEMENT) {
    const part = keys.slice(start, start + KEYS_PER_STATEMENT);
    const values = part.flatMap(valuesOf);
    for (const { language } of values) texts.set(language, (texts.get(language) ?? 0) + 1);
    await db.write((tx) => insertPart(tx, db.engine, { projectId: project.id, now, keys: part, values }));
  }
  const byNamespace = Map.groupBy(keys, ({ namespace }) => namespace);
  await db.write((tx) => count(tx, project.id, now, texts, byNamespace));
  // What is not indexed yet is found too, but not in the way that is to be measured.
  await untilIndexed(db);
  await sql`analyze`.execute(db.writer);
  return keys.map(({ id }) => id);
}

type Key = ReturnType<typeof keyAt>;

/** Names sort as they are numbered. */
function keyAt(at: number, count: number) {
  const perNamespace = Math.ceil(count / NAMESPACE_COUNT);
  const number = String(at).padStart(7, "0");
  return {
    at,
    id: randomUUID(),
    namespace: `area${String(Math.floor(at / perNamespace)).padStart(2, "0")}`,
    name: `page${number.slice(0, 5)}.part.label${number}`,
    tags: JSON.stringify(["web", ...(at % RARE_EVERY === RARE_EVERY - 1 ? ["rare"] : [])]),
  };
}

const WORDS = [
  "order",
  "delivery",
  "account",
  "payment",
  "address",
  "customer",
  "receipt",
  "basket",
  "season",
];

function valuesOf({ id, at }: Key) {
  const word = (step: number) => WORDS[(at * step + step) % WORDS.length];
  const rare = at % RARE_EVERY === RARE_EVERY - 1 ? " zephyr" : "";
  return LANGUAGES.flatMap((language, index) => {
    if (index === LANGUAGES.length - 1 && at % MISSING_EVERY === MISSING_EVERY - 1) return [];
    return {
      keyId: id,
      language,
      text: `The ${word(1)} ${word(2)} of your ${word(4)} number ${at} is ready in ${language}${rare}`,
      status: at % DRAFT_EVERY === DRAFT_EVERY - 1 && index > 0 ? "draft" : "approved",
      outdatedAt: at % OUTDATED_EVERY === OUTDATED_EVERY - 1 && index > 0 ? 1 : null,
    };
  });
}

interface Part {
  projectId: string;
  now: number;
  keys: readonly Key[];
  values: ReturnType<typeof valuesOf>;
}

async function insertPart(
  tx: Transaction,
  engine: Database["engine"],
  { projectId, now, keys, values }: Part,
): Promise<void> {
  const [keyRows, valueRows] = [rowsOf(engine, keys), rowsOf(engine, values)];
  const field = (name: string) => sql.raw(`value ->> '${name}'`);
  await sql`
    insert into "keys" ("id", "projectId", "namespace", "name", "format", "tags", "createdAt", "updatedAt", "revision")
    select ${field("id")}, ${projectId}, ${field("namespace")}, ${field("name")}, 'icu', ${field("tags")},
      cast(${now} as bigint), cast(${now} as bigint), 1
    from ${keyRows}`.execute(tx);
  await sql`
    insert into "translations" ("keyId", "language", "projectId", "text", "status", "revision", "changesetId",
      "updatedAt", "outdatedAt")
    select ${field("keyId")}, ${field("language")}, ${projectId}, ${field("text")}, ${field("status")}, 1, ${CHANGESET},
      cast(${now} as bigint), cast(${field("outdatedAt")} as bigint)
    from ${valueRows}`.execute(tx);
  await sql`
    insert into "changes" ("changesetId", "keyId", "language", "kind", "after", "revision")
    select ${CHANGESET}, ${field("id")}, '', 'created', '{}', 1 from ${keyRows}`.execute(tx);
  await sql`
    insert into "changes" ("changesetId", "keyId", "language", "kind", "after", "statusAfter", "revision")
    select ${CHANGESET}, ${field("keyId")}, ${field("language")}, 'created', ${field("text")}, ${field("status")}, 1
    from ${valueRows}`.execute(tx);
}

/** A list as a table of one column, `value`. */
function rowsOf(engine: Database["engine"], rows: readonly unknown[]): RawBuilder<unknown> {
  const json = JSON.stringify(rows);
  return engine === "sqlite"
    ? sql`(select value from json_each(${json})) as "rows"`
    : sql`jsonb_array_elements(cast(${json} as jsonb)) as "rows"(value)`;
}

async function count(
  tx: Transaction,
  projectId: string,
  now: number,
  texts: ReadonlyMap<string, number>,
  byNamespace: ReadonlyMap<string, readonly unknown[]>,
): Promise<void> {
  for (const [code, translated] of texts) {
    await tx
      .updateTable("languages")
      .set((eb) => ({ translated, revision: eb("revision", "+", 1) }))
      .where("projectId", "=", projectId)
      .where("code", "=", code)
      .execute();
    await tx
      .insertInto("changesetLanguages")
      .values({ projectId, language: code, createdAt: now, changesetId: CHANGESET })
      .execute();
  }
  const valueCount = [...texts.values()].reduce((sum, more) => sum + more, 0);
  await tx.updateTable("changesets").set({ valueCount }).where("id", "=", CHANGESET).execute();
  for (const [name, keys] of byNamespace) {
    const described = { description: null, team: null, domain: null, aiPrompt: null, tags: "[]" };
    await tx
      .insertInto("namespaces")
      .values({ projectId, name, keyCount: keys.length, createdAt: now, ...described })
      .execute();
  }
}
