import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TYPES: Record<string, string> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".webmanifest": "application/manifest+json",
};
const COMPRESSIBLE = new Set([".js", ".css", ".svg"]);
/** A build has some dozens of files; the bound only guards against a folder that is not one. */
const MOST_CACHED = 500;

interface Asset {
  type: string;
  bodies: Record<"identity" | "br" | "gzip", Uint8Array<ArrayBuffer>>;
}

/** The built dashboard in a folder: two HTML entries and hashed assets. */
export class BuiltFiles {
  readonly #folder: string;
  readonly #assets = new Map<string, Asset>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The HTML of an entry; undefined when the dashboard was not built. */
  async html(entry: "connect" | "index"): Promise<string | undefined> {
    return readFile(join(this.#folder, `${entry}.html`), "utf8").catch(() => undefined);
  }

  /** The addresses of the style sheets of the connect entry, for pages that the server writes itself. */
  styleSheets(): string[] {
    try {
      const html = readFileSync(join(this.#folder, "connect.html"), "utf8");
      return [...html.matchAll(/<link rel="stylesheet"[^>]*href="([^"]+)"/g)].map((match) => match[1] ?? "");
    } catch {
      return [];
    }
  }

  /**
   * What the build made of one of its sources, by the source's path in the dashboard: addresses of the file and of the
   * style sheets that come with it. Undefined when it was not built.
   */
  entry(source: string): { file: string; css: string[] } | undefined {
    try {
      const manifest = JSON.parse(readFileSync(join(this.#folder, ".vite", "manifest.json"), "utf8"));
      const { file, css = [] } = manifest[source];
      return { file: `/${file}`, css: css.map((path: string) => `/${path}`) };
    } catch {
      return undefined;
    }
  }

  /** A file below `/assets/`; its name carries its hash, so it never changes. */
  async asset(name: string): Promise<Asset | undefined> {
    const extension = extname(name);
    const type = TYPES[extension];
    if (!type || !/^[\w-][\w.-]*$/.test(name)) return undefined;
    const cached = this.#assets.get(name);
    if (cached) return cached;
    const read = await readFile(join(this.#folder, "assets", name)).catch(() => undefined);
    if (!read) return undefined;
    const identity = new Uint8Array(read);
    const small = COMPRESSIBLE.has(extension);
    const asset: Asset = {
      type,
      bodies: {
        identity,
        br: small
          ? new Uint8Array(brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }))
          : identity,
        gzip: small ? new Uint8Array(gzipSync(identity)) : identity,
      },
    };
    if (this.#assets.size < MOST_CACHED) this.#assets.set(name, asset);
    return asset;
  }
}
