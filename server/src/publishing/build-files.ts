import { DEFAULT_NAMESPACE, publishedNamespace, publishedPath } from "@parlance/contract/cdn";
import type { ProjectTable } from "../database/schema.ts";
import type { PublishedValue } from "../pending/statuses.ts";
import { pacer } from "../platform/pacer.ts";

interface Tree {
  [name: string]: Tree | string;
}

/** Values in code point order of namespace and name, some of them at a time. */
export type Values = Iterable<readonly PublishedValue[]> | AsyncIterable<readonly PublishedValue[]>;

/** So much text is put together before other requests are let in. */
const PART_CHARACTERS = 65_536;

/**
 * Builds the files of one language, JSON by published path (docs/decisions/0003). The same values in the same order give
 * the same bytes. Gives way to other requests meanwhile, however many values there are.
 *
 * @param namespaces those that have files of their own; null when all are in one file
 */
export async function buildFiles(
  { keyFormat }: Pick<ProjectTable, "keyFormat">,
  code: string,
  namespaces: readonly string[] | null,
  values: Values,
): Promise<Map<string, Buffer>> {
  const trees = await treesByNamespace(values, keyFormat === "nested");
  const files = new Map<string, Buffer>();
  const combined = emptyTree();
  for (const [namespace, tree] of trees) combined[publishedNamespace(namespace)] = tree;
  if (!namespaces) return files.set(publishedPath.locale(code), await toBytes(combined));

  // Clients know translations.json both as the file of all namespaces and as the default namespace's own.
  const own = trees.get(DEFAULT_NAMESPACE) ?? emptyTree();
  files.set(publishedPath.locale(code), await toBytes(merge(own, combined)));
  for (const namespace of namespaces) {
    if (namespace === DEFAULT_NAMESPACE) continue;
    files.set(publishedPath.namespace(code, namespace), await toBytes(trees.get(namespace) ?? emptyTree()));
  }
  return files;
}

async function treesByNamespace(values: Values, nested: boolean): Promise<Map<string, Tree>> {
  const pace = pacer();
  const trees = new Map<string, Tree>();
  for await (const part of values) {
    for (const { namespace, name, text } of part) {
      const tree = trees.get(namespace) ?? emptyTree();
      trees.set(namespace, tree);
      if (nested) putNested(tree, name, text);
      else tree[name] = text;
    }
    await pace();
  }
  return trees;
}

/** `a.b` → `{"a":{"b":…}}`. Creating a key made sure that no name is a text and an object at once. */
function putNested(tree: Tree, name: string, text: string): void {
  let branch = tree;
  let start = 0;
  for (let dot = name.indexOf("."); dot !== -1; dot = name.indexOf(".", start)) {
    const segment = name.slice(start, dot);
    const there = branch[segment];
    const next = typeof there === "object" ? there : emptyTree();
    branch[segment] = next;
    branch = next;
    start = dot + 1;
  }
  branch[name.slice(start)] = text;
}

/** Both trees in one; where they disagree about a name, `over` decides. */
function merge(under: Tree, over: Tree): Tree {
  const merged = Object.assign(emptyTree(), under);
  for (const [name, part] of Object.entries(over)) {
    const there = merged[name];
    merged[name] = typeof there === "object" && typeof part === "object" ? merge(there, part) : part;
  }
  return merged;
}

/** Without a prototype, so that a key called `__proto__` is a key like any other. */
function emptyTree(): Tree {
  return Object.create(null);
}

/** What `JSON.stringify` gives. */
async function toBytes(tree: Tree): Promise<Buffer> {
  const pace = pacer();
  const buffers: Buffer[] = [];
  for (const part of jsonOf(tree)) {
    buffers.push(Buffer.from(part));
    await pace();
  }
  return Buffer.concat(buffers);
}

function* jsonOf(tree: Tree): Generator<string> {
  let json = "";
  function* add(part: Tree): Generator<string> {
    let before = "{";
    for (const name in part) {
      const inner = part[name] as Tree | string;
      json += `${before}${JSON.stringify(name)}:`;
      before = ",";
      if (typeof inner !== "string") yield* add(inner);
      else json += JSON.stringify(inner);
      if (json.length < PART_CHARACTERS) continue;
      yield json;
      json = "";
    }
    json += before === "{" ? "{}" : "}";
  }
  yield* add(tree);
  yield json;
}
