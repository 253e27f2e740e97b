import { pointerStep } from "@parlance/contract/json-pointer";

interface Tree {
  [name: string]: Tree | string;
}

interface Delta {
  /** New and different texts, in the form of the file. */
  changed: Tree;
  /** Texts that are gone, as JSON pointers (RFC 6901). Removing these first and then merging yields the file. */
  removed: string[];
}

/** The changes that turn one published file into another. Pure. */
export function deltaOf(before: Tree, after: Tree): Delta {
  const removed: string[] = [];
  addRemoved(before, after, "", removed);
  return { changed: changedIn(before, after), removed };
}

function changedIn(before: Tree, after: Tree): Tree {
  const changed: Tree = Object.create(null);
  for (const [name, part] of Object.entries(after)) {
    const old = Object.hasOwn(before, name) ? before[name] : undefined;
    if (typeof part === "string") {
      if (part !== old) changed[name] = part;
      continue;
    }
    const inside = changedIn(typeof old === "object" ? old : {}, part);
    if (Object.keys(inside).length > 0) changed[name] = inside;
  }
  return changed;
}

function addRemoved(before: Tree, after: Tree, at: string, removed: string[]): void {
  for (const [name, old] of Object.entries(before)) {
    const pointer = at + pointerStep(name);
    const now = Object.hasOwn(after, name) ? after[name] : undefined;
    if (typeof old !== "string") addRemoved(old, typeof now === "object" ? now : {}, pointer, removed);
    else if (typeof now !== "string") removed.push(pointer);
  }
}
