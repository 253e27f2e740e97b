import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Context } from "../context.ts";
import { announceFiles, insertFile, selectStoredHashes } from "./store-files.ts";

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Each file is compressed twice, and zlib has four threads; more files would only wait in memory. */
const AT_ONCE = 2;
/** Takes a tenth of the time of the highest quality, 11, for a few percent more bytes. */
const BROTLI_QUALITY = 9;

/** Compresses and stores the contents of files, outside of any transaction of the caller. */
export interface ContentWriter {
  /**
   * Announces and stores contents by their hash. Resolves once there is room for more, so that a publish has few files in
   * memory.
   */
  add(contents: ReadonlyMap<string, Buffer>): Promise<void>;
  /** Resolves once everything is stored, and throws what storing threw. */
  finish(): Promise<void>;
}

export function contentWriter(call: Context): ContentWriter {
  const running = new Set<Promise<void>>();
  const start = (work: Promise<void>) => {
    const mine = work.then(() => {
      running.delete(mine);
    });
    // One that failed stays among the running ones, so that `add` or `finish` throws what it threw.
    mine.catch(() => {});
    running.add(mine);
  };
  return {
    async add(contents) {
      const hashes = [...contents.keys()];
      // Announced first, because a file that is stored already may be a left-over that a sweep would take.
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
