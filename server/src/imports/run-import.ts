import { setImmediate as othersFirst } from "node:timers/promises";
import { importFailure } from "@parlance/contract/operations/imports";
import type { Context } from "../context.ts";
import type { ImportTable } from "../database/import-tables.ts";
import { ApiError } from "../platform/api-error.ts";
import { pacer } from "../platform/pacer.ts";
import { type Claim, ClaimLost } from "../work/claim.ts";
import { BatchSize } from "./batch-size.ts";
import { finishImport, type ImportFailure } from "./finish-import.ts";
import { RowStage, type StagedRow } from "./stage-rows.ts";
import { selectChunk, updateClaimed } from "./store.ts";
import { writeBatch } from "./write-batch.ts";

/** A file may have a row in every few bytes; others are let in after this many. */
const PIECE_BYTES = 16 * 1024;

/**
 * Reads the file of a claimed import and writes it, part by part; others are served between two parts. Returns when it is
 * over, or when the claim says that the worker is stopping. Throws `ClaimLost`, and what the database throws.
 */
export async function runImport(ctx: Context, claimed: ImportTable, claim: Claim): Promise<void> {
  try {
    const failure = await new Run(ctx, claim, claimed).toEnd();
    if (failure === "stopped") return;
    await finish(ctx, claim, claimed, failure);
  } catch (error) {
    const code = error instanceof ApiError && importFailure.safeParse(error.code).data;
    if (!code) throw error;
    await finish(ctx, claim, claimed, { code, message: (error as ApiError).message });
  }
}

async function finish(
  ctx: Context,
  claim: Claim,
  job: ImportTable,
  error: ImportFailure | null,
): Promise<void> {
  const now = ctx.clock.now();
  const end = error ? ({ state: "failed", error } as const) : ({ state: "completed" } as const);
  await ctx.db.write((tx) => finishImport(tx, job, end, { now, worker: claim.by }));
}

class Run {
  readonly #ctx: Context;
  readonly #claim: Claim;
  readonly #stage: RowStage;
  readonly #size: BatchSize;
  #job: ImportTable;

  constructor(ctx: Context, claim: Claim, job: ImportTable) {
    this.#ctx = ctx;
    this.#claim = claim;
    this.#stage = new RowStage(job);
    this.#size = new BatchSize(ctx.db.engine);
    this.#job = job;
  }

  /** What broke the file off; null when all of it was read. */
  async toEnd(): Promise<ImportFailure | null | "stopped"> {
    const { id, size } = this.#job;
    for (let position = 0; position < size; ) {
      const chunk = await selectChunk(this.#ctx.db.read, id, position);
      // Only an import that is over has no bytes any more.
      if (!chunk) throw new ClaimLost();
      position += chunk.length;
      if (!(await this.#write(await this.#read(chunk)))) return "stopped";
      if (this.#stage.failure) return this.#stage.failure;
      await this.#renewClaim();
    }
    if (!(await this.#write(this.#stage.end()))) return "stopped";
    if (this.#stage.failure) return this.#stage.failure;
    await this.#save({ processedBytes: size });
    return null;
  }

  async #read(chunk: Uint8Array): Promise<StagedRow[]> {
    const pace = pacer();
    const rows: StagedRow[] = [];
    for (let at = 0; at < chunk.length && !this.#stage.failure; at += PIECE_BYTES) {
      for (const row of this.#stage.read(chunk.subarray(at, at + PIECE_BYTES))) rows.push(row);
      await pace();
    }
    return rows;
  }

  /** Writes rows that are not written yet; false when it stopped before the last. */
  async #write(rows: readonly StagedRow[]): Promise<boolean> {
    const left = rows.filter(({ row }) => row > this.#job.lastRow);
    for (let from = 0; from < left.length; ) {
      if (this.#claim.isStopping()) {
        await this.#save({ claimedBy: null, claimedUntil: null, attempts: 0 });
        return false;
      }
      const count = this.#size.next(left, from);
      const begun = performance.now();
      this.#job = await writeBatch(this.#ctx, this.#claim, this.#job, left.slice(from, from + count));
      this.#size.learn(performance.now() - begun);
      this.#ctx.crash("import.batch-committed");
      from += count;
      await othersFirst();
    }
    await othersFirst();
    return true;
  }

  /** Reading up to where the last worker was takes long in a large file. */
  async #renewClaim(): Promise<void> {
    if (this.#claim.isDue) await this.#save(this.#claim.renewal());
  }

  async #save(fields: Partial<ImportTable>): Promise<void> {
    const isOurs = await this.#ctx.db.write((tx) => updateClaimed(tx, this.#job.id, this.#claim.by, fields));
    if (!isOurs) throw new ClaimLost();
  }
}
