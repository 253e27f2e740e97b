import type { Input, Output } from "@parlance/contract/operations";
import { recordMove } from "../changes/record-changeset.ts";
import type { WriteWork } from "../context.ts";
import type { ProjectTable } from "../database/schema.ts";
import { changeNamespace, findNamespace, refuseRename } from "../projects/namespaces.ts";
import { lockProject, touchAllLanguages } from "../projects/write-lock.ts";
import { renameNamespaceOfKeys } from "./store.ts";

/**
 * Describes or renames a namespace. With a new name its keys move there in one changeset, those of the trash too, so
 * that they come back to it. Throws `not_found`, and `conflict` as `refuseRename` does.
 */
export async function updateNamespace(
  call: WriteWork,
  project: ProjectTable,
  { namespace, message, name, ...fields }: Input<"namespaces.update">,
): Promise<Output<"namespaces.update">> {
  await lockProject(call, project);
  const { keyCount } = await findNamespace(call.store, project, namespace);
  if (name === undefined || name === namespace) {
    return { ...(await changeNamespace(call, project, namespace, fields)), changesetId: null };
  }
  await refuseRename(call.store, project, namespace, name);
  const described = await changeNamespace(call, project, namespace, { name, ...fields });
  const move = { message, from: namespace, to: name, keyCount };
  const changesetId = keyCount > 0 ? await recordMove(call, project, move) : null;
  await renameNamespaceOfKeys(call.store, project.id, move, call.now);
  await touchAllLanguages(call, project);
  return { ...described, changesetId };
}
