/** What two texts of one key have in common, whatever the language: what a program fills in. */
export interface Shape {
  /** The kinds of value that each argument takes, by name; empty when any will do. */
  arguments: Map<string, Set<string>>;
  /** Names of tags as they are written: `<b>`. */
  tags: Set<string>;
  /** For each argument of a select: the options that the text knows. */
  options: Map<string, Set<string>>;
  plurals: Plural[];
}

export interface Plural {
  argument: string;
  type: "cardinal" | "ordinal";
  /** What is taken off before the category is chosen. */
  offset: number;
  /** Categories and exact values: `one`, `=0`. */
  branches: string[];
}

export function emptyShape(): Shape {
  return { arguments: new Map(), tags: new Set(), options: new Map(), plurals: [] };
}

/** The set under a name, which is made when it is missing. */
export function setAt(map: Map<string, Set<string>>, name: string): Set<string> {
  let set = map.get(name);
  if (!set) {
    set = new Set();
    map.set(name, set);
  }
  return set;
}
