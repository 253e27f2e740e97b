import type { ErrorCode, FieldError } from "@parlance/contract/errors";
import { ApiError } from "../platform/api-error.ts";

/** What can be wrong with one item of a bulk call, and what the call is then refused with; the first line wins. */
const REFUSALS = {
  invalid_language: "invalid_request",
  syntax: "invalid_request",
  missing_argument: "invalid_request",
  unexpected_argument: "invalid_request",
  argument_type: "invalid_request",
  unexpected_option: "invalid_request",
  missing_plural_category: "invalid_request",
  unexpected_plural_category: "invalid_request",
  missing_tag: "invalid_request",
  unexpected_tag: "invalid_request",
  too_long: "invalid_request",
  too_deep: "invalid_request",
  too_many_tags: "invalid_request",
  unknown_key: "not_found",
  unknown_language: "not_found",
  duplicate: "conflict",
  exists: "conflict",
  path_collision: "conflict",
  revision_moved: "conflict",
} as const satisfies Record<string, ErrorCode>;

export interface Fault extends FieldError {
  code: keyof typeof REFUSALS;
}

/** Where in the input of a tool stands what a pointer into the input of its operation means. */
export type Repoint = (pointer: string) => string;

/** What a planner found, with pointers into the input that the caller sent. */
export function repointed<Found extends { faults: Fault[]; warnings?: FieldError[] }>(
  found: Found,
  repoint: Repoint | undefined,
): Found {
  if (!repoint) return found;
  const moved = <Error extends FieldError>(errors: readonly Error[]): Error[] =>
    errors.map((error) => ({ ...error, pointer: repoint(error.pointer) }));
  const { faults, warnings } = found;
  return { ...found, faults: moved(faults), ...(warnings && { warnings: moved(warnings) }) };
}

const MOST_SHOWN = 1000;
/** Longer lists say of the rest only that they collide: both sides of each would make an answer without bounds. */
const MOST_WITH_BOTH_SIDES = 100;

/** Throws when there is any fault, naming each: a bulk call is stored whole or not at all. */
export function refuseFaults(faults: readonly Fault[]): void {
  const worst = Object.entries(REFUSALS).find(([code]) => faults.some((fault) => fault.code === code));
  if (!worst) return;
  const [, refusal] = worst;
  const first = faults.find((fault) => REFUSALS[fault.code] === refusal) as Fault;
  const sentence = `Nothing was stored: ${faults.length === 1 ? "one thing is" : `${faults.length} things are`} not right. ${first.pointer}: ${first.expected ?? first.code}${first.found === undefined ? "" : `, found ${first.found}`}.`;
  throw new ApiError(refusal, sentence, { errors: shown(faults) });
}

function shown(faults: readonly Fault[]): Fault[] {
  return faults.slice(0, MOST_SHOWN).map((fault, index) => {
    if (index < MOST_WITH_BOTH_SIDES) return fault;
    const { yours: _, present: __, ...rest } = fault;
    return rest;
  });
}

/** As the items stand in the call. */
export function inOrder(faults: readonly Fault[]): Fault[] {
  const itemOf = ({ pointer }: Fault) => Number(pointer.split("/")[2]);
  return faults.toSorted((one, other) => itemOf(one) - itemOf(other));
}
