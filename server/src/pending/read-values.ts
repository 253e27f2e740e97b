import type { Reader } from "../context.ts";
import type { KeyName } from "./key-name.ts";
import { type PublishedValue, type Statuses, textOf } from "./statuses.ts";
import { selectTexts } from "./store.ts";

/** A statement that reads so many keys takes some milliseconds. */
const KEYS_AT_ONCE = 1000;

/** Reads what a release would hold of one language, in code point order of namespace and name, some values at a time. */
export async function* readValues(
  snapshot: Reader,
  projectId: string,
  code: string,
  statuses: Statuses,
): AsyncGenerator<readonly PublishedValue[]> {
  let after: KeyName | undefined;
  for (;;) {
    const keys = await selectTexts(snapshot, { projectId, code, after, limit: KEYS_AT_ONCE });
    const values: PublishedValue[] = [];
    for (const key of keys) {
      const text = textOf(key, statuses);
      if (text !== null) values.push({ namespace: key.namespace, name: key.name, text });
    }
    yield values;
    after = keys.at(-1);
    if (keys.length < KEYS_AT_ONCE) return;
  }
}
