/** A text as every database and reader of JSON takes it: U+FFFD stands for NUL and for half of a surrogate pair. */
export function toStorable(text: string): string {
  return text.replaceAll("\0", "\ufffd").toWellFormed();
}
