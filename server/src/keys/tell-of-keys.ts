import type { WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { countKeys } from "../projects/write-lock.ts";
import { announce } from "../webhooks/announce.ts";
import type { KeyName } from "./store.ts";

/** Counts keys that came or went, and tells whoever listens. To be called under the project's write lock. */
export async function tellOfKeys(
  call: WriteWork,
  project: ProjectTable,
  organizationSlug: string,
  event: "keys.created" | "keys.deleted",
  keys: readonly KeyName[],
): Promise<void> {
  const sign = event === "keys.created" ? 1 : -1;
  const byNamespace = Map.groupBy(keys, (key) => key.namespace);
  await countKeys(call, project, new Map([...byNamespace].map(([name, list]) => [name, sign * list.length])));
  for (const [namespace, list] of byNamespace) {
    await announce(call.store, event, {
      organization: { id: project.organizationId, slug: organizationSlug },
      project,
      now: call.now,
      data: { namespace, keys: list.map((key) => key.name) },
    });
  }
}
