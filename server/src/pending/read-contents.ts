import { DEFAULT_NAMESPACE, DEFAULT_NAMESPACE_FILE, publishedPath } from "@parlance/contract/cdn";
import type { Reader } from "../context.ts";
import type { PublishedValue } from "./statuses.ts";
import { selectBytes } from "./store-releases.ts";

type Tree = { [name: string]: Tree | string };

/** Gives the bytes of a file, uncompressed; undefined when there is no file of that path. */
export type FileSource = (path: string) => Promise<Uint8Array | undefined> | Uint8Array | undefined;

/** Reads the files that a release lists out of the database. */
export function storedIn(store: Reader, files: ReadonlyMap<string, { hash: string }>): FileSource {
  return (path) => {
    const hash = files.get(path)?.hash;
    return hash === undefined ? undefined : selectBytes(store, hash);
  };
}

/**
 * Reads the values of one language back from its files, in no order. Names keep their dots, whether the files nest them or
 * not. Where a project with namespaces nests a default key `translations.x`, the file has `x` below `translations` too
 * (docs/decisions/0003), and so has the result: `compareContents` expects that of both its sides.
 *
 * @param namespaces those that have files of their own; null when all are in one file
 */
export async function readContents(
  source: FileSource,
  namespaces: readonly string[] | null,
  code: string,
): Promise<PublishedValue[]> {
  const read = async (path: string): Promise<Tree> => {
    const bytes = await source(path);
    return bytes ? JSON.parse(Buffer.from(bytes).toString()) : {};
  };
  const values: PublishedValue[] = [];
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

function namespaceOf(published: string): string {
  return published === DEFAULT_NAMESPACE_FILE ? DEFAULT_NAMESPACE : published;
}

function flatten(namespace: string, tree: Tree | string, prefix: string, values: PublishedValue[]): void {
  if (typeof tree === "string") values.push({ namespace, name: prefix, text: tree });
  else {
    for (const [name, part] of Object.entries(tree)) {
      if (typeof part === "string") values.push({ namespace, name: prefix + name, text: part });
      else flatten(namespace, part, `${prefix}${name}.`, values);
    }
  }
}
