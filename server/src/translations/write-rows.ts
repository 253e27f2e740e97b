import type { FieldError } from "@parlance/contract/errors";
import { changedAlready, type GrowingChangeset } from "../changes/grow-changeset.ts";
import { KEY_ITSELF } from "../changes/record-changeset.ts";
import type { Reach, WriteWork } from "../context.ts";
import type { KeyTable, ProjectTable, TranslationTable } from "../database/schema.ts";
import { storeKeyChanges } from "../keys/change-keys.ts";
import { findFaultsInTurn, identity } from "../keys/check-new-keys.ts";
import { creationOf, storeKeys } from "../keys/create-keys.ts";
import { languagesOf } from "../projects/languages.ts";
import { lockProject } from "../projects/write-lock.ts";
import { checkTexts, type NewText } from "./check-texts.ts";
import { type KeysOfRows, readKeys } from "./keys-of-rows.ts";
import { type Current, selectCurrent } from "./store.ts";
import { type ValueWrite, writeValues } from "./write-values.ts";

/** A key with texts as a file has it. Its place may be taken by a key already, which is changed then. */
export interface FileRow {
  namespace: string;
  name: string;
  /** Left out where the file says nothing. */
  fields: {
    description?: string | null | undefined;
    tags?: string[] | undefined;
    format?: KeyTable["format"] | undefined;
    maxLength?: number | null | undefined;
  };
  /** The key stood in a row before, so that its fields are known. */
  isRepeated: boolean;
  /** Each canonical language once, and each key and language once in all rows. */
  values: readonly { language: string; text: string; status: TranslationTable["status"]; pointer: string }[];
}

/** What was found about a row: with `faults` nothing of it was written. */
export interface RowFindings {
  faults: FieldError[];
  warnings: FieldError[];
}

export interface RowCounts {
  keysCreated: number;
  keysUpdated: number;
  valuesCreated: number;
  valuesUpdated: number;
  unchanged: number;
}

interface Work {
  /** `keep` leaves values and fields that are there. */
  existing: "overwrite" | "keep";
  into: GrowingChangeset;
}

interface Result {
  counts: RowCounts;
  created: KeyTable[];
  /** Values that were written, by language. */
  byLanguage: Map<string, number>;
  /** At the index of each row. */
  findings: RowFindings[];
}

/**
 * Writes rows of a file, each by itself or not at all, with the project's validation mode for imports. To be called in a
 * transaction with a part of the file at a time.
 */
export async function writeRows(
  call: WriteWork,
  { project: known, reach }: { project: ProjectTable; reach: Reach },
  rows: readonly FileRow[],
  { existing, into }: Work,
): Promise<Result> {
  const project = await lockProject(call, known);
  const keys = await readKeys(call, project, rows);
  const findings = rows.map((): RowFindings => ({ faults: [], warnings: [] }));
  const texts = await readTexts(call, project, { rows, keys, findings, existing });
  await findKeyFaults(call, project, { rows, keys, findings, existing });
  await findWrittenTwice(call, into, { rows, keys, findings, existing });

  const isTaken = (index: number) => findings[index]?.faults.length === 0;
  const taken = [...rows.keys()].filter(isTaken);
  const created = keys.created(taken);
  const changes = existing === "overwrite" ? keys.changes(taken) : [];
  const writes = texts.writes.filter(({ index }) => isTaken(index)).map(({ write }) => write);
  if (created.length > 0) await storeKeys(call, project, reach.organization.slug, created);
  if (changes.length > 0) await storeKeyChanges(call, project, changes);
  const keyChanges = [...created.map(creationOf), ...changes.flatMap(({ change }) => change ?? [])];
  if (keyChanges.length + writes.length > 0) {
    const work = { message: undefined, keyChanges, writes, into };
    await writeValues(call, project, reach.organization.slug, work);
  }
  const byLanguage = Map.groupBy(writes, (write) => write.language);
  const valuesUpdated = writes.filter((write) => write.before).length;
  return {
    findings,
    created,
    byLanguage: new Map([...byLanguage].map(([code, list]) => [code, list.length])),
    counts: {
      keysCreated: created.length,
      keysUpdated: changes.length,
      valuesCreated: writes.length - valuesUpdated,
      valuesUpdated,
      unchanged: texts.unchanged.filter(isTaken).length,
    },
  };
}

interface Reading {
  rows: readonly FileRow[];
  keys: KeysOfRows;
  findings: readonly RowFindings[];
  existing: Work["existing"];
}

/** Looks at every text: which are writes, and what is wrong with them. */
async function readTexts(
  call: WriteWork,
  project: ProjectTable,
  { rows, keys, findings, existing }: Reading,
): Promise<{ writes: { index: number; write: ValueWrite }[]; unchanged: number[] }> {
  const languages = await languagesOf(call.store, project.id);
  const current = await currentOf(call, project, rows, keys, existing);
  const writes: { index: number; write: ValueWrite }[] = [];
  const news: NewText[] = [];
  const places: { index: number; pointer: string }[] = [];
  const unchanged: number[] = [];
  for (const [index, { values }] of rows.entries()) {
    const { id: keyId, format, maxLength } = keys.of(index, existing);
    const unknown = values.filter(({ language }) => !languages.has(language));
    for (const { language: found, pointer } of unknown) {
      const expected = "a language of the project";
      findings[index]?.faults.push({ pointer, code: "unknown_language", expected, found });
    }
    if (unknown.length > 0) continue;
    for (const { language, text, status, pointer } of values) {
      const before = current.get(`${keyId}/${language}`);
      const isSame = before?.text === text && before.status === status && before.outdatedAt === null;
      if (before && (isSame || existing === "keep")) {
        unchanged.push(index);
        continue;
      }
      writes.push({ index, write: { keyId, language, text, status, before } });
      if (before?.text === text && before.outdatedAt === null) continue;
      news.push({ keyId, language, text, format, maxLength, pointer: String(places.length) });
      places.push({ index, pointer });
    }
  }
  const sources = new Map<string, string>();
  for (const { keyId, language, text } of current.values()) {
    if (language === project.sourceLanguage) sources.set(keyId, text);
  }
  const found = checkTexts(project, "import", news, sources, Number.POSITIVE_INFINITY);
  const report = (kind: keyof RowFindings, list: readonly FieldError[]) => {
    for (const fault of list) {
      const place = places[Number(fault.pointer)];
      if (place) findings[place.index]?.[kind].push({ ...fault, pointer: place.pointer });
    }
  };
  report("faults", found.faults);
  report("warnings", found.warnings ?? []);
  return { writes, unchanged };
}

async function currentOf(
  call: WriteWork,
  { sourceLanguage }: ProjectTable,
  rows: readonly FileRow[],
  keys: KeysOfRows,
  existing: Work["existing"],
): Promise<Map<string, Current>> {
  const standing = [...rows.keys()].filter((index) => !keys.isNew(index));
  if (standing.length === 0) return new Map();
  const ids = new Set(standing.map((index) => keys.of(index, existing).id));
  const codes = new Set(rows.flatMap(({ values }) => values.map(({ language }) => language)));
  const found = await selectCurrent(call.store, [...ids], [...codes.add(sourceLanguage)]);
  return new Map(found.map((value) => [`${value.keyId}/${value.language}`, value]));
}

/** A key that was renamed meanwhile to a name further on in the file: a changeset holds one change of each key and value. */
async function findWrittenTwice(
  call: WriteWork,
  into: GrowingChangeset,
  { rows, keys, findings, existing }: Reading,
): Promise<void> {
  const idOf = (index: number) => keys.of(index, existing).id;
  const standing = [...rows.keys()].filter((index) => !keys.isNew(index));
  const changed = await changedAlready(call.store, into, [...new Set(standing.map(idOf))]);
  if (changed.size === 0) return;
  for (const index of standing) {
    const { values, name: found } = rows[index] as FileRow;
    const isChanged = existing === "overwrite" && keys.changeOf(index)?.change;
    const places = [...values, ...(isChanged ? [{ language: KEY_ITSELF, pointer: "/key" }] : [])];
    const again = places.find(({ language }) => changed.has(`${idOf(index)}/${language}`));
    if (!again) continue;
    const expected = "each key and language once in a file";
    findings[index]?.faults.push({ pointer: again.pointer, code: "duplicate", expected, found });
  }
}

/** Names that collide, and fields that a row before gave otherwise. */
async function findKeyFaults(
  call: WriteWork,
  project: ProjectTable,
  { rows, keys, findings, existing }: Reading,
): Promise<void> {
  const wanted = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const change = row.isRepeated && existing === "overwrite" ? keys.changeOf(index)?.change : undefined;
    if (change) {
      const expected = "the same fields in each row of a key";
      findings[index]?.faults.push({ pointer: "/key", code: "duplicate", expected, found: row.name });
    }
    if (!keys.isNew(index) || findings[index]?.faults.length !== 0) continue;
    const name = identity(row);
    wanted.set(name, [...(wanted.get(name) ?? []), index]);
  }
  const lists = [...wanted.values()];
  const names = lists.map(([first = 0]) => rows[first] as FileRow);
  for (const [at, fault] of (await findFaultsInTurn(call.store, project, names)).entries()) {
    if (!fault) continue;
    for (const index of lists[at] ?? []) {
      const pointer = rows[index]?.values[0]?.pointer ?? "/key";
      findings[index]?.faults.push({ ...fault, pointer });
    }
  }
}
