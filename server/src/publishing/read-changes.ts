import type { Reader } from "../context.ts";
import type { Database } from "../database/open.ts";
import { type Change, compareContents, readContents, storedIn } from "./contents.ts";
import { pageOfNew, summarizeNew } from "./new-language.ts";
import type { Pending, PendingLanguage } from "./read-pending.ts";
import { readValues } from "./read-values.ts";
import { type ChangeReader, cutOf, remembered, summarize } from "./remembered.ts";
import { toldChanges } from "./told-changes.ts";

/**
 * Reads what a publish would change, language by language, for as long as its snapshot is open: from history where that
 * tells all, else by comparing what is published with all that is there now. Of a language that is not published yet
 * everything is new, so that it is only counted.
 */
export function changeReader(db: Database, snapshot: Reader, pending: Pending): ChangeReader {
  const languages = new Map(pending.compared.map((language) => [language.code, language]));
  let told: Promise<ReadonlyMap<string, Change[]>> | undefined;
  const whole = remembered(db, {
    // A revision rises with every write that can change what is published, so this says all that changes depend on.
    keyOf: (code) =>
      `${pending.project.id} ${pending.base?.release.id} ${code} ${languages.get(code)?.revision}`,
    async read(code) {
      const language = languages.get(code);
      if (!language) return [];
      told ??= readTold(snapshot, pending);
      return (await told).get(code) ?? (await compare(snapshot, pending, language));
    },
  });
  const isPart = (code: string) => languages.get(code)?.part === "some";
  const inPart = async (code: string) =>
    (await whole.changes(code)).filter(({ namespace, name }) => pending.filter.has(code, namespace, name));
  const newOne = (code: string) => {
    const language = languages.get(code);
    return language?.part === "all" && !language.before ? language : undefined;
  };
  return {
    changes: (code) => (isPart(code) ? inPart(code) : whole.changes(code)),
    async page(code, after, limit) {
      if (newOne(code)) return pageOfNew(snapshot, pending, code, after.keyId, limit);
      return isPart(code) ? cutOf(await inPart(code), after, limit) : whole.page(code, after, limit);
    },
    async summary(code) {
      const language = newOne(code);
      if (language) return summarizeNew(snapshot, pending, language);
      return isPart(code) ? summarize(code, await inPart(code)) : whole.summary(code);
    },
  };
}

function readTold(snapshot: Reader, { compared, project, statuses }: Pending) {
  const spans = compared.flatMap(({ code, before, revision }) =>
    before && revision !== undefined ? [{ code, since: before.revision, revision }] : [],
  );
  return toldChanges(snapshot, project.id, statuses, spans);
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
