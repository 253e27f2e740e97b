import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Context } from "../context.ts";
import { announceFiles, insertFile, selectStoredHashes } from "./store-files.ts";

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Each is compressed twice, and zlib has four threads; more at once would only wait in memory. */
const AT_ONCE = 2;
/** A tenth of the time of the highest, 11, for a few percent more bytes. */
const BROTLI_QUALITY = 9;

/** Compresses and stores contents, outside of any transaction of the caller. */
export interface ContentWriter {
  /** Comes back when there is room for more, so that a publish has few files in memory. */
  add(contents: ReadonlyMap<string, Buffer>): Promise<void>;
  /** Comes back when everything is stored. */
  finish(): Promise<void>;
}

export function contentWriter(call: Context): ContentWriter {
  const running = new Set<Promise<void>>();
  const start = (work: Promise<void>) => {
    const mine = work.finally(() => running.delete(mine));
    // Whoever waits for it is told of its failure.
    mine.catch(() => {});
    running.add(mine);
  };
  return {
    async add(contents) {
      const hashes = [...contents.keys()];
      // First: what is found stored may be a left-over that a sweep would take.
      await call.db.write((tx) => announceFiles(tx, hashes, call.clock.now()));
      const stored = await selectStoredHashes(call.db.read, hashes);
      for (const [hash, bytes] of contents) {
        if (stored.has(hash)) continue;
        while (running.size >= AT_ONCE) await Promise.race(running);
        start(storeContent(call, hash, bytes));
      }
    },
    async finish() {
      await Promise.all(running);
    },
  };
}

async function storeContent(call: Context, hash: string, bytes: Buffer): Promise<void> {
  const [brotli, zipped] = await Promise.all([
    toBrotli(bytes, {
      params: {
        [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
    toGzip(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  const row = { hash, bytes, gzip: zipped, brotli, size: bytes.length, createdAt: call.clock.now() };
  await call.db.write((tx) => insertFile(tx, row));
  call.crash("publish.file-written");
}
