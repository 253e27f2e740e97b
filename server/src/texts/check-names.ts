import type { Reader } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import type { Fault } from "./faults.ts";
import type { KeyChange } from "./plan.ts";
import { type KeyName, selectFirstBelow, selectKeysByNames } from "./store-keys.ts";

type PointerOf = (index: number) => string;

/** Objects in each other in nested files. Each is looked up for each name, so without a bound a short call works for long. */
const MOST_LEVELS = 64;

const nameOfNewKey: PointerOf = (index) => `/keys/${index}/name`;

interface Circumstances {
  /** Ids of keys that are about to give up their names. */
  except?: readonly string[];
  /** Names that other keys are about to have. */
  taken?: readonly KeyName[];
  /** Where in the input the name of the key at an index stands. */
  pointerOf?: PointerOf;
}

/**
 * Every reason why these keys cannot be created: doubles among themselves, names that exist, and, where published
 * files are nested, a key that would need to be text and object at once (`a` beside `a.b`).
 */
export async function findNameFaults(
  store: Reader,
  project: ProjectTable,
  keys: readonly KeyName[],
  { except = [], taken = [], pointerOf = nameOfNewKey }: Circumstances = {},
): Promise<Fault[]> {
  const nested = project.keyFormat === "nested";
  const ancestors = keys.flatMap((key) => (nested ? ancestorsOf(key) : []));
  const found = await selectKeysByNames(store, project.id, unique([...keys, ...ancestors]));
  const existing = new Set([...found.filter(({ id }) => !except.includes(id)), ...taken].map(identity));
  const firstBelow = nested ? await selectFirstBelow(store, project.id, keys, except) : [];
  const below = new Map(firstBelow.map((row) => [identity(row), row.below]));
  for (const key of nested ? taken : []) {
    for (const ancestor of ancestorsOf(key)) below.set(identity(ancestor), key.name);
  }
  return [
    ...findFaultsAmong(keys, nested, pointerOf),
    ...findFaultsAgainst(keys, { nested, existing, below, pointerOf }),
  ];
}

/**
 * Every reason why keys cannot go where these changes move them, as at creation. A name that one of them gives up is
 * free for another.
 *
 * @param pointerOf where in the input the name of the change at an index stands
 */
export async function findMoveFaults(
  store: Reader,
  project: ProjectTable,
  changes: readonly KeyChange[],
  pointerOf: PointerOf,
): Promise<Fault[]> {
  const moves = [...changes.entries()].filter(([, change]) => change.moved);
  if (moves.length === 0) return [];
  return findNameFaults(
    store,
    project,
    moves.map(([, { after }]) => after),
    {
      except: moves.map(([, { before }]) => before.id),
      pointerOf: (index) => pointerOf(moves[index]?.[0] ?? 0),
    },
  );
}

/** Pure: the faults of the call by itself. */
export function findFaultsAmong(
  keys: readonly KeyName[],
  nested: boolean,
  pointerOf = nameOfNewKey,
): Fault[] {
  const seen = new Set<string>();
  const all = new Set(keys.map(identity));
  return keys.flatMap((key, index): Fault[] => {
    const pointer = pointerOf(index);
    if (seen.has(identity(key))) {
      return [{ pointer, code: "duplicate", expected: "each key once in a call", found: key.name }];
    }
    seen.add(identity(key));
    if (nested && isTooDeep(key)) return [tooDeep(pointer, key.name)];
    const above = nested ? ancestorsOf(key).find((ancestor) => all.has(identity(ancestor))) : undefined;
    return above ? [collision(pointer, key.name, above.name)] : [];
  });
}

/**
 * The same for keys that are taken or refused one by one, as they stand in a file: of two that collide the first is taken.
 * The answer holds the fault of each, at its index. None of them may exist, and none may stand there twice.
 */
export async function findFaultsInTurn(
  store: Reader,
  project: ProjectTable,
  keys: readonly KeyName[],
): Promise<(Fault | undefined)[]> {
  if (project.keyFormat !== "nested") return keys.map(() => undefined);
  const above = await selectKeysByNames(store, project.id, unique(keys.flatMap(ancestorsOf)));
  const standing = new Set(above.map(identity));
  const found = await selectFirstBelow(store, project.id, keys, []);
  const below = new Map(found.map((row) => [identity(row), row.below]));
  return keys.map((key) => {
    if (isTooDeep(key)) return tooDeep("", key.name);
    const ancestors = ancestorsOf(key);
    const other =
      ancestors.find((ancestor) => standing.has(identity(ancestor)))?.name ?? below.get(identity(key));
    if (other !== undefined) return collision("", key.name, other);
    standing.add(identity(key));
    for (const ancestor of ancestors) below.set(identity(ancestor), key.name);
    return undefined;
  });
}

interface Standing {
  nested: boolean;
  existing: ReadonlySet<string>;
  below: ReadonlyMap<string, string>;
  pointerOf: PointerOf;
}

function findFaultsAgainst(
  keys: readonly KeyName[],
  { nested, existing, below, pointerOf }: Standing,
): Fault[] {
  return keys.flatMap((key, index): Fault[] => {
    const pointer = pointerOf(index);
    if (existing.has(identity(key))) {
      return [{ pointer, code: "exists", expected: "a name that is free in its namespace", found: key.name }];
    }
    const above = nested ? ancestorsOf(key).find((ancestor) => existing.has(identity(ancestor))) : undefined;
    const other = above?.name ?? below.get(identity(key));
    return other === undefined ? [] : [collision(pointer, key.name, other)];
  });
}

function collision(pointer: string, name: string, other: string): Fault {
  return {
    pointer,
    code: "path_collision",
    expected: `no key ${other}, because nested files cannot hold a text and an object in one place`,
    found: name,
  };
}

function isTooDeep({ name }: KeyName): boolean {
  return name.split(".", MOST_LEVELS + 1).length > MOST_LEVELS;
}

function tooDeep(pointer: string, name: string): Fault {
  return { pointer, code: "too_deep", expected: `at most ${MOST_LEVELS} parts between dots`, found: name };
}

/** `a.b.c` → `a`, `a.b`; of a name that is too deep, the outermost. */
function ancestorsOf({ namespace, name }: KeyName): KeyName[] {
  const ancestors: KeyName[] = [];
  for (
    let dot = name.indexOf(".");
    dot !== -1 && ancestors.length < MOST_LEVELS;
    dot = name.indexOf(".", dot + 1)
  ) {
    ancestors.push({ namespace, name: name.slice(0, dot) });
  }
  return ancestors;
}

function unique(names: KeyName[]): KeyName[] {
  return [...new Map(names.map((name) => [identity(name), name])).values()];
}

/** Namespaces hold no slash, so this is unambiguous. */
export function identity({ namespace, name }: KeyName): string {
  return `${namespace}/${name}`;
}
