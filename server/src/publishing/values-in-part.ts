import type { Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { byPlace, type Change, placeOf, readContents, storedIn } from "./contents.ts";
import type { Pending } from "./read-pending.ts";
import type { PublishableValue } from "./store.ts";

/**
 * The values of a language of which a filter publishes a part: what is published, with these changes. Throws `conflict`
 * when they cannot stand in one file.
 */
export async function valuesInPart(
  snapshot: Reader,
  { base, project }: Pending,
  code: string,
  changes: readonly Change[],
): Promise<PublishableValue[]> {
  const published = base?.languages.has(code)
    ? await readContents(storedIn(snapshot, base.files), base.namespaces, code)
    : [];
  const values = new Map(published.map((value) => [placeOf(value), value]));
  for (const { namespace, name, after } of changes) {
    if (after === null) values.delete(placeOf({ namespace, name }));
    else values.set(placeOf({ namespace, name }), { namespace, name, text: after });
  }
  if (project.keyFormat === "nested") refuseOneInAnother(values);
  return [...values.values()].sort(byPlace);
}

/** A key that went away for another may still be published; a nested file cannot hold `a` beside `a.b`. */
function refuseOneInAnother(values: ReadonlyMap<string, PublishableValue>): void {
  for (const { namespace, name } of values.values()) {
    for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", dot + 1)) {
      const outer = name.slice(0, dot);
      if (!values.has(placeOf({ namespace, name: outer }))) continue;
      const sentence = `The filter would publish ${name} beside ${outer}, which one file cannot hold. Choose both.`;
      throw new ApiError("conflict", sentence.slice(0, 1200));
    }
  }
}
