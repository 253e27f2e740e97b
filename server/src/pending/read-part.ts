import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Change } from "./change.ts";
import { byKeyName, identityOf } from "./key-name.ts";
import { readContents, storedIn } from "./read-contents.ts";
import type { Pending } from "./read-pending.ts";
import type { PublishedValue } from "./statuses.ts";

/**
 * Reads the values that the next release holds of a language of which a filter selects a part: those that are published
 * now, with these changes made to them. Throws `conflict` when they cannot stand in one file.
 */
export async function readPart(
  snapshot: Reader,
  { base, project }: Pending,
  code: string,
  changes: readonly Change[],
): Promise<PublishedValue[]> {
  const published = base?.languages.has(code)
    ? await readContents(storedIn(snapshot, base.files), base.namespaces, code)
    : [];
  const values = new Map(published.map((value) => [identityOf(value), value]));
  for (const { namespace, name, after } of changes) {
    if (after === null) values.delete(identityOf({ namespace, name }));
    else values.set(identityOf({ namespace, name }), { namespace, name, text: after });
  }
  if (project.keyFormat === "nested") refuseOneInAnother(values);
  return [...values.values()].sort(byKeyName);
}

/** A key that made room for another one may still be published, and a nested file cannot hold `a` beside `a.b`. */
function refuseOneInAnother(values: ReadonlyMap<string, PublishedValue>): void {
  for (const { namespace, name } of values.values()) {
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
      const outer = name.slice(0, dot);
      if (!values.has(identityOf({ namespace, name: outer }))) continue;
      const sentence = `The filter would publish ${name} beside ${outer}, which one file cannot hold. Choose both.`;
      throw new ApiError("conflict", sentence.slice(0, 1200));
    }
  }
}
