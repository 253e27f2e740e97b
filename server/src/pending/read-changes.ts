import type { Reader } from "../context.ts";
import type { Database } from "../database/open.ts";
import { cacheChanges } from "./cache-changes.ts";
import { type Change, type ChangeReader, partOf, summarize } from "./change.ts";
import { readChangesSince } from "./changes-since.ts";
import { compareContents } from "./compare-contents.ts";
import { readPageOfNew, summarizeNew } from "./new-language.ts";
import { readContents, storedIn } from "./read-contents.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";
import { readValues } from "./read-values.ts";

/**
 * Opens a reader of what a publish would change, language by language, for as long as its snapshot is open. It reads
 * history where that says everything, and otherwise compares what is published with all that is there now. In a language
 * that is not published yet everything is new, so that it is only counted.
 */
export function openChangeReader(db: Database, snapshot: Reader, pending: Pending): ChangeReader {
  const languages = new Map(pending.compared.map((language) => [language.code, language]));
  let fromHistory: Promise<ReadonlyMap<string, Change[]>> | undefined;
  const whole = cacheChanges(db, {
    // A revision rises with every write that can change what is published, so this names all that changes depend on.
    keyOf: (code) => `${pending.project.id} ${pending.base?.id} ${code} ${languages.get(code)?.revision}`,
    async read(code) {
      const language = languages.get(code);
      if (!language) return [];
      fromHistory ??= readHistory(snapshot, pending);
      return (await fromHistory).get(code) ?? (await compare(snapshot, pending, language));
    },
  });
  const isPart = (code: string) => languages.get(code)?.part === "some";
  const inPart = async (code: string) =>
    (await whole.changes(code)).filter((change) => pending.filter.has(code, change));
  const newOne = (code: string) => {
    const language = languages.get(code);
    return language?.part === "all" && !language.before ? language : undefined;
  };
  return {
    changes: (code) => (isPart(code) ? inPart(code) : whole.changes(code)),
    async page(code, after, limit) {
      if (newOne(code)) return readPageOfNew(snapshot, pending, code, after.keyId, limit);
      return isPart(code) ? partOf(await inPart(code), after, limit) : whole.page(code, after, limit);
    },
    async summary(code) {
      const language = newOne(code);
      if (language) return summarizeNew(snapshot, pending, language);
      return isPart(code) ? summarize(code, await inPart(code)) : whole.summary(code);
    },
  };
}

function readHistory(snapshot: Reader, { compared, project, statuses }: Pending) {
  const spans = compared.flatMap(({ code, before, revision }) =>
    before && revision !== undefined ? [{ code, since: before.revision, revision }] : [],
  );
  return readChangesSince(snapshot, project.id, statuses, spans);
}

async function compare(
  snapshot: Reader,
  { base, project, statuses }: Pending,
  { code, before, revision }: PendingLanguage,
): Promise<Change[]> {
  const published =
    base && before ? await readContents(storedIn(snapshot, base.files), base.namespaces, code) : [];
  const present = revision === undefined ? [] : readValues(snapshot, project.id, code, statuses);
  return compareContents(code, published, present);
}
