import type { PlacedProject, Work } from "../context.ts";
import { languagesOf } from "../projects/languages.ts";
import type { TextsPlan } from "./plan.ts";

/** How many keys more each namespace has by a plan. Pure. */
export function countedKeys({ created, changed, trashed, restored }: TextsPlan): Map<string, number> {
  const counts = new Map<string, number>();
  const add = ({ namespace }: { namespace: string }, more: number) =>
    counts.set(namespace, (counts.get(namespace) ?? 0) + more);
  for (const key of [...created, ...restored]) add(key, 1);
  for (const key of trashed) add(key, -1);
  for (const { before, after } of changed) {
    add(before, -1);
    add(after, 1);
  }
  return new Map([...counts].filter(([, more]) => more !== 0));
}

/**
 * How many keys more have a value by a plan, for each language whose published files may be others then. Coverage and
 * files of every language follow keys that move, come or go, also where they have no value: one may come to them later,
 * and publishing asks then where the key was before.
 *
 * @param counts how many values the keys have that come back and that leave, by language
 */
export async function countedValues(
  { store }: Work,
  project: PlacedProject,
  { changed, trashed, restored, written, removed }: TextsPlan,
  { returning, leaving }: Record<"returning" | "leaving", ReadonlyMap<string, number>>,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const add = (language: string, more: number) => counts.set(language, (counts.get(language) ?? 0) + more);
  if (trashed.length + restored.length > 0 || changed.some(({ moved }) => moved)) {
    for (const language of (await languagesOf(store, project.id)).keys()) add(language, 0);
  }
  for (const [language, count] of returning) add(language, count);
  for (const [language, count] of leaving) add(language, -count);
  for (const { language, before } of written) add(language, before ? 0 : 1);
  for (const { language } of removed) add(language, -1);
  return counts;
}
