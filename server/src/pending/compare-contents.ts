import { DEFAULT_NAMESPACE, DEFAULT_NAMESPACE_FILE } from "@parlance/contract/cdn";
import { pacer } from "../platform/pacer.ts";
import type { Change } from "./change.ts";
import { byKeyName, identityOf } from "./key-name.ts";
import type { PublishedValue } from "./statuses.ts";

/** So many values are compared before other requests are let in. */
const VALUES_AT_ONCE = 1000;

/**
 * Lists what is new, different or gone in `after`, in code point order of namespace and name. Gives way to other requests
 * meanwhile.
 *
 * @param before as `readContents` returns it
 */
export async function compareContents(
  language: string,
  before: readonly PublishedValue[],
  after: Iterable<readonly PublishedValue[]> | AsyncIterable<readonly PublishedValue[]>,
): Promise<Change[]> {
  const pace = pacer();
  const old = new Map<string, PublishedValue>();
  for (const value of before) {
    old.set(identityOf(value), value);
    if (old.size % VALUES_AT_ONCE === 0) await pace();
  }
  const changes: Change[] = [];
  for await (const part of after) {
    for (const [index, { namespace, name, text }] of part.entries()) {
      const identity = identityOf({ namespace, name });
      const known = old.get(identity)?.text ?? null;
      old.delete(identity);
      if (known !== text) changes.push({ language, namespace, name, before: known, after: text });
      if (index % VALUES_AT_ONCE === 0) await pace();
    }
    await pace();
  }
  for (const { namespace, name } of before) if (isTwice(namespace, name)) old.delete(twinOf(name));
  for (const { namespace, name, text } of old.values()) {
    changes.push({ language, namespace, name, before: text, after: null });
  }
  return changes.sort(byKeyName);
}

/** Whether this may be the second of two names under which `readContents` finds one value of a project with namespaces. */
function isTwice(namespace: string, name: string): boolean {
  return namespace === DEFAULT_NAMESPACE && name.startsWith(`${DEFAULT_NAMESPACE_FILE}.`);
}

function twinOf(name: string): string {
  return identityOf({ namespace: DEFAULT_NAMESPACE, name: name.slice(DEFAULT_NAMESPACE_FILE.length + 1) });
}
