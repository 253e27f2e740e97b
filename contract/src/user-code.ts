/** Letters of the codes that devices show: no vowels, so that no word comes of it, and no digits (RFC 8628 §6.1). */
export const USER_CODE_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";
/** 20⁸ codes are 34.5 bits. */
export const USER_CODE_LETTERS = 8;

const LONGEST_TYPED = 40;

/** The code as a device shows it: `XXXX-XXXX`. */
export function shownUserCode(code: string): string {
  return `${code.slice(0, USER_CODE_LETTERS / 2)}-${code.slice(USER_CODE_LETTERS / 2)}`;
}

/** The code that somebody typed, in whatever case and with whatever between its letters; null when it cannot be one. */
export function readUserCode(typed: string): string | null {
  if (typed.length > LONGEST_TYPED) return null;
  const letters = typed.replace(/[\p{P}\p{S}\p{Z}\p{Cc}]/gu, "").toUpperCase();
  const isCode = letters.length === USER_CODE_LETTERS;
  return isCode && [...letters].every((letter) => USER_CODE_ALPHABET.includes(letter)) ? letters : null;
}
