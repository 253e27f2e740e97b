/** In UTF-16 code units, of each part of a file that is shown in a problem. */
export const LONGEST_SHOWN = 100;
/** In UTF-16 code units. Longer than any valid name, so that one that was cut off here is refused as the whole would be. */
export const LONGEST_KEPT = 600;
/** As long as the pointer to a valid name with every character escaped. */
const LONGEST_POINTER = 2 * LONGEST_KEPT;

/** A JSON pointer (RFC 6901); cut off where it is longer than any pointer to a valid name. */
export function pointerTo(path: readonly string[]): string {
  let pointer = "";
  for (const part of path) {
    if (pointer.length > LONGEST_POINTER) break;
    pointer += `/${part.slice(0, LONGEST_SHOWN).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  }
  return pointer;
}

/** What a value of JSON is, in words for people. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return (
    { object: "an object", number: "a number", boolean: "true or false" }[typeof value as "object"] ??
    "a text"
  );
}
