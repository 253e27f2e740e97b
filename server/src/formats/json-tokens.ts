import type { Failure } from "./codec.ts";
import { Utf8 } from "./utf8.ts";

/** What stands between two texts may not be longer, nor a text with its escapes, than this many UTF-16 code units. */
const LONGEST_TOKEN = 1024 * 1024;

export type Token = "{" | "}" | "[" | "]" | ":" | "," | "string" | "scalar";
type OnToken = (token: Token, value: unknown) => boolean;

/** A literal or number ends at one of these. */
const DELIMITER = /[\s{}[\]:,"]/g;
const SPACE = /[ \t\r\n]*/y;

/**
 * Cuts a file into the tokens of JSON (RFC 8259) while its pieces come. Each text is understood by `JSON.parse`, so half
 * a character stays what it is. `onToken` answers whether to go on.
 */
export class JsonTokens {
  readonly #onToken: OnToken;
  readonly #utf8 = new Utf8();
  #rest = "";
  #consumedBytes = 0;
  failure: Pick<Failure, "code" | "message" | "offset"> | null = null;

  constructor(onToken: OnToken) {
    this.#onToken = onToken;
  }

  /** Bytes of the file that are understood so far. */
  get offset(): number {
    return this.#consumedBytes;
  }

  read(piece: Uint8Array): void {
    const { text, invalidAt } = this.#utf8.decode(piece);
    this.#scan(this.#rest + text, false);
    if (invalidAt === null || this.failure) return;
    this.failure = { code: "invalid_utf8", message: "The file is not UTF-8.", offset: invalidAt };
  }

  end(): void {
    if (this.failure) return;
    this.#scan(this.#rest, true);
    if (this.failure || (this.#rest === "" && !this.#utf8.isInside)) return;
    this.#fail("truncated", "The file ends in the middle of a text.");
  }

  #scan(text: string, isEnd: boolean): void {
    let at = 0;
    while (!this.failure) {
      SPACE.lastIndex = at;
      SPACE.test(text);
      at = SPACE.lastIndex;
      if (at >= text.length) break;
      const next = this.#tokenAt(text, at, isEnd);
      if (next === null) break;
      at = next;
    }
    this.#rest = text.slice(at);
    this.#consumedBytes +=
      at === text.length ? Buffer.byteLength(text) : Buffer.byteLength(text.slice(0, at));
    if (this.#rest.length > LONGEST_TOKEN) {
      this.#fail("too_long", "A text in the file is longer than a megabyte.");
    }
  }

  /** Where the token that begins at `at` ends; null when it is not all there, or was not taken. */
  #tokenAt(text: string, at: number, isEnd: boolean): number | null {
    const first = text[at] as string;
    if ("{}[]:,".includes(first)) return this.#give(first as Token, undefined, at + 1);
    if (first === '"') {
      const quote = closingQuote(text, at + 1);
      return quote === -1 ? null : this.#parse("string", text, at, quote + 1);
    }
    DELIMITER.lastIndex = at;
    const delimiter = DELIMITER.exec(text)?.index ?? (isEnd ? text.length : null);
    return delimiter === null ? null : this.#parse("scalar", text, at, delimiter);
  }

  #parse(token: Token, text: string, start: number, end: number): number | null {
    let value: unknown;
    try {
      value = JSON.parse(text.slice(start, end));
    } catch {
      this.#failAt(text, start, "There is something that JSON does not have.");
      return null;
    }
    return this.#give(token, value, end);
  }

  #give(token: Token, value: unknown, end: number): number | null {
    return this.#onToken(token, value) ? end : null;
  }

  #failAt(text: string, at: number, message: string): void {
    const offset = this.#consumedBytes + Buffer.byteLength(text.slice(0, at));
    this.failure = { code: "invalid_json", message, offset };
  }

  #fail(code: Failure["code"], message: string): void {
    this.failure = { code, message, offset: this.#consumedBytes };
  }
}

/** The quote that no backslash stands before; -1 without one. */
function closingQuote(text: string, from: number): number {
  for (let quote = text.indexOf('"', from); quote !== -1; quote = text.indexOf('"', quote + 1)) {
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return quote;
  }
  return -1;
}
