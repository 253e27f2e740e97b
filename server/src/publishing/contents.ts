import { DEFAULT_NAMESPACE, DEFAULT_NAMESPACE_FILE, publishedPath } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import { pacer } from "../platform/pacer.ts";
import type { PublishableValue } from "./store.ts";
import { selectBytes } from "./store-files.ts";

type Place = { namespace: string; name: string };
type Tree = { [name: string]: Tree | string };

export interface Change {
  language: string;
  namespace: string;
  name: string;
  before: string | null;
  after: string | null;
}

/** So many are compared before others are let in. */
const VALUES_AT_ONCE = 1000;

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
 * The values of one language, read back from its files, in no order. Names keep their dots, whether the files nest them or not. Where a project with namespaces nests a default key `translations.x`, the
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
  return values;
}

/** What is new, different or gone in `after`, in code point order of namespace and name. */
export async function compareContents(
  language: string,
  before: readonly PublishableValue[],
  after: Iterable<readonly PublishableValue[]> | AsyncIterable<readonly PublishableValue[]>,
): Promise<Change[]> {
  const pace = pacer();
  const old = new Map<string, PublishableValue>();
  for (const value of before) {
    old.set(placeOf(value), value);
    if (old.size % VALUES_AT_ONCE === 0) await pace();
  }
  const changes: Change[] = [];
  for await (const part of after) {
    for (const [index, { namespace, name, text }] of part.entries()) {
      const place = placeOf({ namespace, name });
      const known = old.get(place)?.text ?? null;
      old.delete(place);
      if (known !== text) changes.push({ language, namespace, name, before: known, after: text });
      if (index % VALUES_AT_ONCE === 0) await pace();
    }
    await pace();
  }
  for (const { namespace, name } of before) if (isTwice(namespace, name)) old.delete(twinOf(name));
  for (const { namespace, name, text } of old.values()) {
    changes.push({ language, namespace, name, before: text, after: null });
  }
  return changes.sort(byPlace);
}

/** Of what `readContents` finds twice in projects with namespaces, only one side is a value. */
function isTwice(namespace: string, name: string): boolean {
  return namespace === DEFAULT_NAMESPACE && name.startsWith(`${DEFAULT_NAMESPACE_FILE}.`);
}

function twinOf(name: string): string {
  return placeOf({ namespace: DEFAULT_NAMESPACE, name: name.slice(DEFAULT_NAMESPACE_FILE.length + 1) });
}

/** One text for one place: no name holds a line break. */
export function placeOf({ namespace, name }: Place): string {
  return `${namespace}\n${name}`;
}

/** By namespace and name as both databases sort them: by code point, which differs from UTF-16 beyond U+D7FF. */
export function byPlace(a: Place, b: Place): number {
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
