import type { FieldError } from "@parlance/contract/errors";
import type { PlacedProject, Work } from "../context.ts";
import type { KeyTable, TranslationTable } from "../database/schema.ts";
import { changedAlready } from "../history/find-changeset.ts";
import { KEY_ITSELF } from "../history/record-changeset.ts";
import { languagesOf } from "../projects/languages.ts";
import { findFaultsInTurn, identity } from "../texts/check-names.ts";
import { checkTexts, type NewText } from "../texts/check-texts.ts";
import { findValues, type StoredValue, sourceTexts } from "../texts/find-values.ts";
import { fitsAnew, isNewValue, pairOf, planOf, type TextsPlan, type ValueWrite } from "../texts/plan.ts";
import { type KeysOfRows, readKeys } from "./keys-of-rows.ts";

/** A key with texts as a file has it. Where a key has its name already, that one is changed. */
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

interface Options {
  /** `keep` leaves values and fields that are there. */
  existing: "overwrite" | "keep";
  /** The changeset that all of the file is written into. */
  changesetId: string;
}

interface PlannedRows {
  /** Of the rows without faults. */
  plan: TextsPlan;
  /** One for each row, at its index. */
  findings: RowFindings[];
  /** How many values had this text already, or stay because `existing` is `keep`. */
  unchanged: number;
}

/**
 * Plans to write rows of a file, each as a whole or not at all, with the project's validation mode for imports. The caller
 * holds the project's write lock and passes a part of the file at a time.
 */
export async function planRows(
  work: Work,
  project: PlacedProject,
  rows: readonly FileRow[],
  { existing, changesetId }: Options,
): Promise<PlannedRows> {
  const keys = await readKeys(work, project, rows);
  const findings = rows.map((): RowFindings => ({ faults: [], warnings: [] }));
  const reading = { rows, keys, findings, existing };
  const texts = await readTexts(work, project, reading);
  await findKeyFaults(work, project, reading);
  await findWrittenTwice(work, changesetId, reading);

  const isTaken = (index: number) => findings[index]?.faults.length === 0;
  const taken = [...rows.keys()].filter(isTaken);
  const plan = planOf({
    created: keys.created(taken),
    changed: existing === "overwrite" ? keys.changes(taken) : [],
    written: texts.written.filter(({ index }) => isTaken(index)).map(({ write }) => write),
  });
  return { plan, findings, unchanged: texts.unchanged.filter(isTaken).length };
}

interface Reading {
  rows: readonly FileRow[];
  keys: KeysOfRows;
  findings: readonly RowFindings[];
  existing: Options["existing"];
}

/** Looks at every text: which are writes, and what is wrong with them. */
async function readTexts(
  work: Work,
  project: PlacedProject,
  { rows, keys, findings, existing }: Reading,
): Promise<{ written: { index: number; write: ValueWrite }[]; unchanged: number[] }> {
  const languages = await languagesOf(work.store, project.id);
  const current = await currentOf(work, project, rows, keys, existing);
  const written: { index: number; write: ValueWrite }[] = [];
  const news: NewText[] = [];
  const checked: { index: number; pointer: string }[] = [];
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
      const write = { keyId, language, text, status, before: current.get(pairOf({ keyId, language })) };
      if (!isNewValue(write) || (write.before && existing === "keep")) {
        unchanged.push(index);
        continue;
      }
      written.push({ index, write });
      if (!fitsAnew(write)) continue;
      news.push({ keyId, language, text, format, maxLength, pointer: String(checked.length) });
      checked.push({ index, pointer });
    }
  }
  const sources = sourceTexts(project, current.values());
  const found = checkTexts(project, "import", news, sources, Number.POSITIVE_INFINITY);
  const report = (kind: keyof RowFindings, list: readonly FieldError[]) => {
    for (const fault of list) {
      const text = checked[Number(fault.pointer)];
      if (text) findings[text.index]?.[kind].push({ ...fault, pointer: text.pointer });
    }
  };
  report("faults", found.faults);
  report("warnings", found.warnings ?? []);
  return { written, unchanged };
}

async function currentOf(
  work: Work,
  { sourceLanguage }: PlacedProject,
  rows: readonly FileRow[],
  keys: KeysOfRows,
  existing: Options["existing"],
): Promise<Map<string, StoredValue>> {
  const standing = [...rows.keys()].filter((index) => !keys.isNew(index));
  if (standing.length === 0) return new Map();
  const ids = standing.map((index) => keys.of(index, existing).id);
  const codes = rows.flatMap(({ values }) => values.map(({ language }) => language));
  return findValues(work.store, ids, [...codes, sourceLanguage]);
}

/** A key that was renamed meanwhile to a name further on in the file: a changeset holds one change of each key and value. */
async function findWrittenTwice(
  work: Work,
  changesetId: string,
  { rows, keys, findings, existing }: Reading,
): Promise<void> {
  const idOf = (index: number) => keys.of(index, existing).id;
  const standing = [...rows.keys()].filter((index) => !keys.isNew(index));
  const changed = await changedAlready(work.store, changesetId, [...new Set(standing.map(idOf))]);
  if (changed.size === 0) return;
  for (const index of standing) {
    const { values, name: found } = rows[index] as FileRow;
    const isChanged = existing === "overwrite" && keys.changeOf(index)?.change;
    const all = [...values, ...(isChanged ? [{ language: KEY_ITSELF, pointer: "/key" }] : [])];
    const again = all.find(({ language }) => changed.has(pairOf({ keyId: idOf(index), language })));
    if (!again) continue;
    const expected = "each key and language once in a file";
    findings[index]?.faults.push({ pointer: again.pointer, code: "duplicate", expected, found });
  }
}

/** Names that collide, and fields that a row before gave otherwise. */
async function findKeyFaults(
  work: Work,
  project: PlacedProject,
  { rows, keys, findings, existing }: Reading,
): Promise<void> {
  const rowsByName = new Map<string, number[]>();
  for (const [index, row] of rows.entries()) {
    const change = row.isRepeated && existing === "overwrite" ? keys.changeOf(index)?.change : undefined;
    if (change) {
      const expected = "the same fields in each row of a key";
      findings[index]?.faults.push({ pointer: "/key", code: "duplicate", expected, found: row.name });
    }
    if (!keys.isNew(index) || findings[index]?.faults.length !== 0) continue;
    const name = identity(row);
    rowsByName.set(name, [...(rowsByName.get(name) ?? []), index]);
  }
  const lists = [...rowsByName.values()];
  const names = lists.map(([first = 0]) => rows[first] as FileRow);
  for (const [at, fault] of (await findFaultsInTurn(work.store, project, names)).entries()) {
    if (!fault) continue;
    for (const index of lists[at] ?? []) {
      const pointer = rows[index]?.values[0]?.pointer ?? "/key";
      findings[index]?.faults.push({ ...fault, pointer });
    }
  }
}
