/** How many letters are taken at a time: 62^5 times a 16-bit digit is still exact. */
const GROUP = 5;

/** An even number of bytes, as one big-endian number, in `letters` letters of an alphabet of at most 62. */
export function toLetters(bytes: Uint8Array, alphabet: string, letters: number): string {
  const base = alphabet.length;
  const groupSize = base ** GROUP;
  const digits: number[] = [];
  for (let at = 0; at < bytes.length; at += 2) {
    digits.push(((bytes[at] as number) << 8) | (bytes[at + 1] as number));
  }
  let text = "";
  while (text.length < letters) {
    let rest = 0;
    for (let at = 0; at < digits.length; at++) {
      const value = rest * 65536 + (digits[at] as number);
      digits[at] = Math.floor(value / groupSize);
      rest = value % groupSize;
    }
    for (let letter = 0; letter < GROUP && text.length < letters; letter++) {
      text = alphabet[rest % base] + text;
      rest = Math.floor(rest / base);
    }
  }
  return text;
}
