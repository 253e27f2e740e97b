import { pointerTo } from "@parlance/contract/json-pointer";

/** Whether both databases accept the text: Postgres refuses NUL, and half a surrogate pair is not UTF-8. */
export function isStorable(text: string): boolean {
  return !text.includes("\u0000") && text.isWellFormed();
}

/** The JSON pointer of the first text in `value` that is not storable, or of what has a field of such a name; else null. */
export function findUnstorable(value: unknown): string | null {
  const path = pathToUnstorable(value);
  return path && pointerTo(path);
}

function pathToUnstorable(value: unknown): string[] | null {
  if (typeof value === "string") return isStorable(value) ? null : [];
  if (typeof value !== "object" || value === null) return null;
  for (const [name, part] of Object.entries(value)) {
    if (!isStorable(name)) return [];
    const below = pathToUnstorable(part);
    if (below) return [name, ...below];
  }
  return null;
}
