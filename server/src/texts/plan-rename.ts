import type { Input } from "@parlance/contract/operations";
import type { PlacedProject, Work } from "../context.ts";
import { findNamespace, refuseRename, withFields } from "../projects/namespaces.ts";
import type { NamespacePlan } from "./plan.ts";

/** The new name of a namespace, with what else is to change. */
export type Renaming = Omit<Input<"namespaces.update">, "namespace" | "message"> & { name: string };

/** Throws `not_found` for a namespace that does not exist, and `conflict` as `refuseRename` does. */
export async function planRename(
  { store }: Work,
  project: PlacedProject,
  namespace: string,
  fields: Renaming,
): Promise<NamespacePlan> {
  const before = await findNamespace(store, project, namespace);
  await refuseRename(store, project, namespace, fields.name);
  return { kind: "namespace", before, after: withFields(before, fields) };
}
