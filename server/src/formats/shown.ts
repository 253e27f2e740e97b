/** In UTF-16 code units, of a text of a file that is shown in a problem. */
export const LONGEST_SHOWN = 100;
/** In UTF-16 code units. Longer than any valid name, so that one that was cut off here is refused as the whole would be. */
export const LONGEST_KEPT = 600;

/** What a value of JSON is, in words for people. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return (
    { object: "an object", number: "a number", boolean: "true or false" }[typeof value as "object"] ??
    "a text"
  );
}
