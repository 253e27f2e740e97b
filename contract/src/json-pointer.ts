import { toStorable } from "./storable.ts";

/** In UTF-16 code units: the sender of an input chooses its names, and answers repeat them. */
export const LONGEST_STEP = 100;
/** As long as the pointer to a valid name with every character escaped. */
const LONGEST_POINTER = 1200;

/** One step of a JSON pointer (RFC 6901 §3). */
export function pointerStep(name: string): string {
  return `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/**
 * The JSON pointer to a place in an input, as it stands in answers: cut off where it is longer than any pointer to a valid
 * name, and with U+FFFD for what no text may hold.
 */
export function pointerTo(path: readonly PropertyKey[]): string {
  let pointer = "";
  for (const name of path) {
    if (pointer.length > LONGEST_POINTER) break;
    pointer += pointerStep(String(name).slice(0, LONGEST_STEP));
  }
  return toStorable(pointer);
}
