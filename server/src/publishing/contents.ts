import { DEFAULT_NAMESPACE, DEFAULT_NAMESPACE_FILE, publishedPath } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import { type PublishableValue, selectBytes } from "./store.ts";

type Tree = { [name: string]: Tree | string };

export interface Change {
  language: string;
  namespace: string;
  name: string;
  before: string | null;
  after: string | null;
}

/** Where a file's bytes are; undefined when there is none of that path. */
export type FileSource = (path: string) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

/** The files of a release as they are stored. */
export function storedIn(store: Reader, files: ReadonlyMap<string, { hash: string }>): FileSource {
  return (path) => {
    const hash = files.get(path)?.hash;
    return hash === undefined ? undefined : selectBytes(store, hash, "bytes");
  };
}

/**
 * The values of one language, read back from its files, in code point order of namespace and name. Names keep their
 * dots, whether the files nest them or not. Where a project with namespaces nests a default key `translations.x`, the
 * file has `x` below `translations` too (docs/decisions/0003), and so has the answer; both sides of a comparison do.
 *
 * @param namespaces those that have files of their own; null when all are in one file
 */
export async function readContents(
  source: FileSource,
  namespaces: readonly string[] | null,
  code: string,
): Promise<PublishableValue[]> {
  const read = async (path: string): Promise<Tree> => {
    const bytes = await source(path);
    return bytes ? JSON.parse(Buffer.from(bytes).toString()) : {};
  };
  const values: PublishableValue[] = [];
  const combined = await read(publishedPath.locale(code));
  if (!namespaces) {
    for (const [name, tree] of Object.entries(combined)) flatten(namespaceOf(name), tree, "", values);
  } else {
    for (const namespace of namespaces) {
      const tree =
        namespace === DEFAULT_NAMESPACE
          ? combined[DEFAULT_NAMESPACE_FILE]
          : await read(publishedPath.namespace(code, namespace));
      if (tree !== undefined) flatten(namespace, tree, "", values);
    }
  }
  return values.sort(byPlace);
}

/** What is new, different or gone in `after`. Both in code point order of namespace and name. Pure. */
export function compareContents(
  language: string,
  before: readonly PublishableValue[],
  after: readonly PublishableValue[],
): Change[] {
  const changes: Change[] = [];
  const add = ({ namespace, name }: PublishableValue, old: string | null, text: string | null) =>
    changes.push({ language, namespace, name, before: old, after: text });
  let left = 0;
  let right = 0;
  while (left < before.length || right < after.length) {
    const old = before[left];
    const now = after[right];
    const order = old === undefined ? 1 : now === undefined ? -1 : byPlace(old, now);
    if (old && order < 0) add(old, old.text, null);
    else if (now && order > 0) add(now, null, now.text);
    else if (old && now && old.text !== now.text) add(now, old.text, now.text);
    if (order <= 0) left++;
    if (order >= 0) right++;
  }
  return changes;
}

/** By namespace and name as both databases sort them: by code point, which differs from UTF-16 beyond U+D7FF. */
export function byPlace(a: PublishableValue, b: PublishableValue): number {
  return byCodePoint(a.namespace, b.namespace) || byCodePoint(a.name, b.name);
}

function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let index = 0; index < shorter; index++) {
    const [left, right] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Half of a pair stands for a code point above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function namespaceOf(published: string): string {
  return published === DEFAULT_NAMESPACE_FILE ? DEFAULT_NAMESPACE : published;
}

function flatten(namespace: string, tree: Tree | string, prefix: string, values: PublishableValue[]): void {
  if (typeof tree === "string") values.push({ namespace, name: prefix, text: tree });
  else {
    for (const [name, part] of Object.entries(tree)) {
      if (typeof part === "string") values.push({ namespace, name: prefix + name, text: part });
      else flatten(namespace, part, `${prefix}${name}.`, values);
    }
  }
}
