import type { PlacedProject, WriteWork } from "../context.ts";
import { organizationOf } from "../projects/find-project.ts";
import { announce } from "../webhooks/announce.ts";
import type { KeyName } from "./store-keys.ts";

type Announcing = Pick<WriteWork, "store" | "now">;

/** One event for each namespace. */
export async function announceKeys(
  { store, now }: Announcing,
  project: PlacedProject,
  event: "keys.created" | "keys.deleted",
  keys: readonly KeyName[],
): Promise<void> {
  const organization = organizationOf(project);
  for (const [namespace, list] of Map.groupBy(keys, (key) => key.namespace)) {
    const data = { namespace, keys: list.map((key) => key.name) };
    await announce(store, event, { organization, project, now, data });
  }
}

/**
 * One event for each language.
 *
 * @param counts how many of its values were written or removed
 */
export async function announceValues(
  { store, now }: Announcing,
  project: PlacedProject,
  counts: ReadonlyMap<string, number>,
  changesetId: string,
): Promise<void> {
  const organization = organizationOf(project);
  for (const [language, keysCount] of counts) {
    const data = { language, keysCount, changesetId };
    await announce(store, "translations.updated", { organization, project, now, data });
  }
}
