import { isUtf8 } from "node:buffer";

/** Strict UTF-8 in pieces that may end inside a character; a mark at the start of the file is left out. */
export class Utf8 {
  #rest: Uint8Array = new Uint8Array();
  /** Bytes of the file before `#rest`. */
  #before = 0;

  /** Whether the pieces so far end inside a character. */
  get isInside(): boolean {
    return this.#rest.length > 0;
  }

  /** The text up to the first byte that is not UTF-8, and where in the file that byte is. */
  decode(piece: Uint8Array): { text: string; invalidAt: number | null } {
    const bytes = Buffer.concat([this.#rest, piece]);
    const isStart = this.#before === 0;
    const whole = bytes.subarray(0, wholeLength(bytes));
    const valid = isUtf8(whole) ? whole : whole.subarray(0, validLength(whole));
    const invalidAt = valid.length < whole.length ? this.#before + valid.length : null;
    this.#rest = bytes.subarray(whole.length);
    this.#before += whole.length;
    const text = valid.toString("utf8");
    return { text: isStart ? withoutMark(text) : text, invalidAt };
  }
}

export function withoutMark(text: string): string {
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** Without the beginning of a character whose other bytes are still to come. */
function wholeLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) break;
    if (byte >= 0xc0) return lengthOf(byte) > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** Of a character, told by its first byte. */
function lengthOf(first: number): number {
  if (first >= 0xf0) return 4;
  return first >= 0xe0 ? 3 : 2;
}

/** How many bytes at the start are characters. */
function validLength(bytes: Uint8Array): number {
  let [valid, invalid] = [0, bytes.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    const part = bytes.subarray(0, middle);
    if (isUtf8(part.subarray(0, wholeLength(part)))) valid = middle;
    else invalid = middle;
  }
  return wholeLength(bytes.subarray(0, valid));
}
