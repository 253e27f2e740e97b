import type { Call, PlacedProject } from "../context.ts";
import type { ChangeReader } from "./change.ts";
import { type ChangesPage, chooseLanguages, readPageOfChanges } from "./page-changes.ts";
import { openChangeReader } from "./read-changes.ts";
import { type Pending, readPending } from "./read-pending.ts";
import type { Selection } from "./selection.ts";

/** Which of the changes to list. */
export interface PageRequest {
  /** Undefined for all languages. */
  language?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** One page of pending changes, and the counts of all of them by language. */
export interface PendingPage extends ChangesPage {
  channel: string;
  /** The number of the release that the changes are made to; null before the first one. */
  base: number | null;
}

/** Lists what a publish would change now. Throws `not_found` for a language that the project does not have. */
export function listPending(
  { db, project }: Pick<Call, "db"> & { project: PlacedProject },
  selection: Selection,
  request: PageRequest,
): Promise<PendingPage> {
  return db.snapshot(async (snapshot) => {
    const pending = await readPending(snapshot, project, selection);
    return readPendingPage(pending, openChangeReader(db, snapshot, pending), request);
  });
}

/** The same of pending changes that have been read, in their snapshot. */
export async function readPendingPage(
  { channel, base, languages, compared }: Pending,
  reader: ChangeReader,
  { language, ...paging }: PageRequest,
): Promise<PendingPage> {
  const all = new Set([...(base?.languages.keys() ?? []), ...languages.map(({ code }) => code)]);
  const differing = new Set(compared.map(({ code }) => code));
  const codes = chooseLanguages([...all].sort(), language).filter((code) => differing.has(code));
  return { channel, base: base?.number ?? null, ...(await readPageOfChanges(codes, reader, paging)) };
}
