// What every made-up answer is made with: lists that writes change, instants and ids.
import type { OperationName, Output } from "@parlance/contract/operations";

export type Item<Name extends OperationName> = Output<Name> extends { items: (infer One)[] } ? One : never;

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
/** ISO 8601. */
export const ago = (milliseconds: number) => new Date(Date.now() - milliseconds).toISOString();
export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** One page with everything. */
export function page<One>(items: One[]) {
  return { items, nextCursor: null };
}

export function find<One, Field extends keyof One>(list: One[], field: Field, value: One[Field]): One | null {
  return list.find((one) => one[field] === value) ?? null;
}

export function drop<One, Field extends keyof One>(
  list: One[],
  field: Field,
  value: One[Field],
): null | undefined {
  const at = list.findIndex((one) => one[field] === value);
  if (at < 0) return null;
  list.splice(at, 1);
}

/** Writes the fields that were sent. */
export function change<One extends object>(one: One | null, fields: object): One | null {
  const sent = Object.entries(fields).filter(([, value]) => value !== undefined);
  return one && Object.assign(one, Object.fromEntries(sent));
}

export function push<One>(list: One[], one: One): One {
  list.push(one);
  return one;
}
