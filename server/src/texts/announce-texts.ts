import type { PlacedProject, WriteWork } from "../context.ts";
import { announce } from "../webhooks/announce.ts";
import type { KeyName } from "./store-keys.ts";

type Announcing = Pick<WriteWork, "store" | "now">;

/** One event for each namespace, because it carries names. */
export async function announceKeys(
  { store, now }: Announcing,
  project: PlacedProject,
  event: "keys.created" | "keys.deleted",
  keys: readonly KeyName[],
): Promise<void> {
  const { id: projectId, organizationId, organizationSlug: org, slug } = project;
  for (const [namespace, list] of Map.groupBy(keys, (key) => key.namespace)) {
    const data = { org, project: slug, namespace, keys: list.map((key) => key.name) };
    await announce(store, event, { organizationId, projectId, now, data });
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
  changesetId: string | null,
): Promise<void> {
  const { id: projectId, organizationId, organizationSlug: org, slug } = project;
  for (const [language, keysCount] of counts) {
    const data = { org, project: slug, language, keysCount, changesetId };
    await announce(store, "translations.updated", { organizationId, projectId, now, data });
  }
}
