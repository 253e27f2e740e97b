/**
 * What takes no room: soft hyphens, zero-width characters, fillers, selectors (Default_Ignorable_Code_Point of Unicode). The
 * marks of direction stay, because names are written with them; whoever shows one keeps them inside the name. Joiners go,
 * and with them the half-space of Persian and the forms of joined emoji.
 */
const UNSEEN = /(?![\u202A-\u202E\u2066-\u2069])\p{Default_Ignorable_Code_Point}/gu;
/** The blank pattern of Braille counts as a symbol and shows nothing. */
const SEEN = /(?!\u2800)[\p{L}\p{N}\p{S}]/u;

/** A name as it is shown, so that two which look alike are alike. */
export function withoutUnseen(name: string): string {
  return name.replace(UNSEEN, "");
}

/** Whether somebody who looks at the name sees a letter, a digit or a symbol. */
export function isSeen(name: string): boolean {
  return SEEN.test(withoutUnseen(name));
}
