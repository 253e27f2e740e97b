/** The beginning of a text, at most so many UTF-16 code units and never half a letter; the whole when it is short. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const start = text.slice(0, most - 1);
  return `${start.isWellFormed() ? start : start.slice(0, -1)}…`;
}
