import type { Input, Output } from "@parlance/contract/operations";
import type { PlacedProject, Work, WriteCall } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { defaultStatus } from "../projects/change-project.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "../texts/apply-plan.ts";
import { checkTexts } from "../texts/check-texts.ts";
import { inOrder, type Repoint, refuseFaults, repointed } from "../texts/faults.ts";
import { findCollisions } from "../texts/find-collisions.ts";
import { sourceTexts } from "../texts/find-values.ts";
import { fitsAnew, isNewValue, type Planned, planOf } from "../texts/plan.ts";
import { findItems } from "./find-items.ts";

type NewValue = Input<"values.set">["values"][number];

/**
 * Sets values in one changeset, all or none. A value that was already so is no write; with nothing to write there is
 * no changeset. Throws `not_found` for an unknown key or language, `invalid_request` for a text that breaks the
 * rules of messages, `conflict` for a value that is set twice, or whose revision is not the expected one (then with
 * both values); `errors` names every item, with pointers into `values` unless
 * `repoint` says where its caller has them.
 */
export async function setValues(
  call: WriteCall,
  known: PlacedProject,
  { values, message }: { values: readonly NewValue[]; message?: string | undefined },
  repoint?: Repoint,
): Promise<Output<"values.set">> {
  const project = await lockProject(call, known);
  const planned = await planValues(call, project, withExpected(call, values));
  const { plan, faults, warnings } = repointed(planned, repoint);
  refuseFaults(faults);
  const changesetId = await applyPlan(call, project, plan, { message });
  const updated = plan.written.length;
  return { changesetId, updated, unchanged: values.length - updated, ...(warnings && { warnings }) };
}

export async function planValues(
  { store, actor }: Work,
  project: PlacedProject,
  values: readonly NewValue[],
): Promise<Planned> {
  const { items, faults, standing } = await findItems(store, project, values, project.sourceLanguage);
  const usual = defaultStatus(project, actor);
  const all = items.map(({ at, item, key, language, before }) => {
    const { text, status = usual, revision: expected } = item;
    const { id: keyId, format, maxLength } = key;
    return { at, expected, keyId, language, text, status, before, format, maxLength, pointer: `${at}/text` };
  });
  const writes = all.filter(isNewValue);
  const checked = checkTexts(project, "api", writes.filter(fitsAnew), sourceTexts(project, standing));
  const collisions = await findCollisions(store, all);
  const written = writes.map(({ keyId, language, text, status, before }) => {
    return { keyId, language, text, status, before };
  });
  return {
    plan: planOf({ written }),
    faults: inOrder([...checked.faults, ...faults, ...collisions]),
    collisions,
    ...(checked.warnings && { warnings: checked.warnings }),
  };
}

/** The revision that a call expects is about one value: a call with more says in each which one it expects. */
function withExpected(
  { expectedRevision: revision }: WriteCall,
  values: readonly NewValue[],
): readonly NewValue[] {
  const [value] = values;
  if (revision === undefined || !value) return values;
  if (values.length > 1 || (value.revision ?? revision) !== revision) {
    const sentence = "If-Match is for a single value; give each value of a call its own revision.";
    throw new ApiError("invalid_request", sentence);
  }
  return [{ ...value, revision }];
}
