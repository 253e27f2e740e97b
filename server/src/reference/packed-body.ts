import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { chooseEncoding, type Encoding, matchesEtag } from "../cdn/negotiate.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A text that is answered to everybody in the same words, packed once in each encoding that somebody asks for. */
export class PackedBody {
  readonly #bytes: Bytes;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #packed = new Map<Encoding, Promise<Bytes>>();

  constructor(text: string, headers: Readonly<Record<string, string>>) {
    this.#bytes = new Uint8Array(Buffer.from(text));
    const hash = createHash("sha256").update(this.#bytes).digest("base64url").slice(0, 22);
    this.#headers = {
      "Cache-Control": "public, max-age=300",
      "X-Content-Type-Options": "nosniff",
      Vary: "Accept-Encoding",
      ...headers,
      // Weak, because it is the same in every encoding (RFC 9110 §8.8.3).
      ETag: `W/"${hash}"`,
    };
  }

  /** The answer for these request headers; 304 to whom has it already. */
  async answer(asked: Headers): Promise<Response> {
    const headers = { ...this.#headers };
    if (matchesEtag(asked.get("if-none-match") ?? undefined, headers.ETag as string)) {
      return new Response(null, { status: 304, headers });
    }
    const encoding = chooseEncoding(asked.get("accept-encoding") ?? undefined);
    if (encoding !== "identity") headers["Content-Encoding"] = encoding;
    return new Response(await this.#in(encoding), { headers });
  }

  #in(encoding: Encoding): Promise<Bytes> {
    const known = this.#packed.get(encoding) ?? this.#pack(encoding);
    this.#packed.set(encoding, known);
    return known;
  }

  async #pack(encoding: Encoding): Promise<Bytes> {
    if (encoding === "identity") return this.#bytes;
    const packed = encoding === "br" ? await brotli(this.#bytes, BROTLI) : await gzipped(this.#bytes);
    return new Uint8Array(packed);
  }
}

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 8 } };
