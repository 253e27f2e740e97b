import { randomUUID } from "node:crypto";
import type { Work } from "../context.ts";
import type { KeyTable, ProjectTable } from "../database/schema.ts";
import { changeOfKey } from "../texts/change-key.ts";
import { identity } from "../texts/check-names.ts";
import { allKeysByIds, type FoundKey, findKeys } from "../texts/find-keys.ts";
import { newKeyRow } from "../texts/new-key.ts";
import type { KeyChange } from "../texts/plan.ts";
import type { FileRow } from "./plan-rows.ts";

/** The key of each row: one that stands, or the one that the first row with its name would make. */
export class KeysOfRows {
  readonly #project: ProjectTable;
  readonly #now: number;
  readonly #rows: readonly FileRow[];
  readonly #standing: ReadonlyMap<string, KeyTable>;
  readonly #found: (FoundKey | undefined)[];
  readonly #newIds = new Map<string, string>();
  readonly #firstOf = new Map<string, FileRow>();

  constructor(
    { project, now }: { project: ProjectTable; now: number },
    rows: readonly FileRow[],
    { found, standing }: { found: (FoundKey | undefined)[]; standing: ReadonlyMap<string, KeyTable> },
  ) {
    this.#project = project;
    this.#now = now;
    this.#rows = rows;
    this.#found = found;
    this.#standing = standing;
    for (const [index, row] of rows.entries()) {
      const name = identity(row);
      if (!this.#firstOf.has(name)) this.#firstOf.set(name, row);
      if (!found[index] && !this.#newIds.has(name)) this.#newIds.set(name, randomUUID());
    }
  }

  /** Id, format and length as they are when the row is written. */
  of(index: number, existing: "overwrite" | "keep"): Pick<KeyTable, "id" | "format" | "maxLength"> {
    const row = this.#row(index);
    const key = this.#found[index];
    const { format, maxLength } = this.#firstOf.get(identity(row))?.fields ?? row.fields;
    const staysAsIs = key && existing === "keep";
    return {
      id: key?.id ?? (this.#newIds.get(identity(row)) as string),
      format: (staysAsIs ? undefined : format) ?? key?.format ?? "icu",
      maxLength: staysAsIs || maxLength === undefined ? (key?.maxLength ?? null) : maxLength,
    };
  }

  isNew(index: number): boolean {
    return !this.#found[index];
  }

  /** The keys that these rows create. */
  created(indexes: readonly number[]): KeyTable[] {
    const made = new Map<string, KeyTable>();
    for (const index of indexes.filter((one) => this.isNew(one))) {
      const row = this.#row(index);
      const id = this.#newIds.get(identity(row)) as string;
      if (!made.has(id)) made.set(id, this.#newRow(row, id));
    }
    return [...made.values()];
  }

  /** What these rows change of keys that stand. */
  changes(indexes: readonly number[]): KeyChange[] {
    const changes = new Map<string, KeyChange>();
    for (const index of indexes) {
      const change = this.changeOf(index);
      if (change?.change && !changes.has(change.before.id)) changes.set(change.before.id, change);
    }
    return [...changes.values()];
  }

  /** What the row changes of its key, as the rows before it leave the key. */
  changeOf(index: number): KeyChange | undefined {
    const row = this.#row(index);
    const first = this.#firstOf.get(identity(row)) as FileRow;
    const key = this.#found[index];
    if (!key && row === first) return undefined;
    const standing = key ? this.#standing.get(key.id) : this.#newRow(first, "");
    if (!standing) return undefined;
    const before = key && row !== first ? this.#change(standing, first).after : standing;
    return this.#change(before, row);
  }

  #change(before: KeyTable, { fields }: FileRow): KeyChange {
    return changeOfKey(before, fields as object, this.#now);
  }

  #newRow({ namespace, name, fields }: FileRow, id: string): KeyTable {
    const { description, tags = [], format = "icu", maxLength } = fields;
    const row = newKeyRow(this.#project, { namespace, name, format, tags, values: {} }, this.#now);
    return { ...row, id, description: description ?? null, maxLength: maxLength ?? null };
  }

  #row(index: number): FileRow {
    return this.#rows[index] as FileRow;
  }
}

/** Looks up the keys of rows; those with fields whole. */
export async function readKeys(
  { store, now }: Work,
  project: ProjectTable,
  rows: readonly FileRow[],
): Promise<KeysOfRows> {
  const keyOf = await findKeys(store, project.id, rows);
  const found = rows.map((row) => keyOf(row));
  const ids = found.flatMap((key, index) =>
    key && Object.keys(rows[index]?.fields ?? {}).length > 0 ? [key.id] : [],
  );
  const standing = ids.length > 0 ? await allKeysByIds(store, project.id, ids) : new Map();
  return new KeysOfRows({ project, now }, rows, { found, standing });
}
