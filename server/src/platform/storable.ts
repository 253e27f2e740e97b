/** Whether both databases accept the text: Postgres refuses NUL, and half a surrogate pair is not UTF-8. */
export function isStorable(text: string): boolean {
  return !text.includes("\u0000") && text.isWellFormed();
}

/** The JSON pointer of the first text in `value`, field names included, that is not storable; null without one. */
export function findUnstorable(value: unknown, pointer = ""): string | null {
  if (typeof value === "string") return isStorable(value) ? null : pointer;
  if (typeof value !== "object" || value === null) return null;
  for (const [name, part] of Object.entries(value)) {
    const found = findUnstorable(name, pointer) ?? findUnstorable(part, `${pointer}/${name}`);
    if (found !== null) return found;
  }
  return null;
}
