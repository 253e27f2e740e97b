/** A table of paths with parameters (`/projects/:projectId`), looked up by the parts between slashes. */
export class Paths<Value> {
  readonly #root = new Node<Value>();

  /** The value at this path, made by `make` when there is none yet. */
  at(path: string, make: () => Value): Value {
    const names: string[] = [];
    let node = this.#root;
    for (const part of partsOf(path)) {
      if (part.startsWith(":")) {
        names.push(part.slice(1));
        node = node.parameter ??= new Node();
      } else node = node.fixed.get(part) ?? addTo(node.fixed, part);
    }
    node.leaf ??= { value: make(), names };
    return node.leaf.value;
  }

  /** What a request's path means, with its parameters decoded; undefined for one that is not in the table. */
  find(path: string): { value: Value; params: Record<string, string> } | undefined {
    const parts = partsOf(path);
    const found = search(this.#root, parts, 0, []);
    if (!found) return undefined;
    const { leaf, values } = found;
    const params = Object.fromEntries(leaf.names.map((name, at) => [name, decoded(values[at] as string)]));
    return { value: leaf.value, params };
  }
}

interface Leaf<Value> {
  readonly value: Value;
  /** Of the parameters, in their order. */
  readonly names: readonly string[];
}

class Node<Value> {
  readonly fixed = new Map<string, Node<Value>>();
  parameter: Node<Value> | undefined;
  leaf: Leaf<Value> | undefined;
}

function partsOf(path: string): string[] {
  return path.slice(1).split("/");
}

function addTo<Value>(fixed: Map<string, Node<Value>>, part: string): Node<Value> {
  const node = new Node<Value>();
  fixed.set(part, node);
  return node;
}

/** A fixed part is preferred to a parameter, wherever both would do. */
function search<Value>(
  node: Node<Value>,
  parts: readonly string[],
  at: number,
  values: readonly string[],
): { leaf: Leaf<Value>; values: readonly string[] } | undefined {
  const part = parts[at];
  if (part === undefined) return node.leaf && { leaf: node.leaf, values };
  const fixed = node.fixed.get(part);
  const found = fixed && search(fixed, parts, at + 1, values);
  if (found) return found;
  if (!node.parameter || part === "") return undefined;
  return search(node.parameter, parts, at + 1, [...values, part]);
}

/** What cannot be decoded stays as it came, and is then not found. */
function decoded(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
