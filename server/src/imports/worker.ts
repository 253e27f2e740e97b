import type { Context } from "../context.ts";
import type { ImportTable } from "../database/import-tables.ts";
import type { Claim } from "../work/claim.ts";
import { claimed } from "../work/claimed.ts";
import { finishImport } from "./finish-import.ts";
import { runImport } from "./run-import.ts";
import { bytesSpent, importWaiting } from "./signals.ts";
import { claimImport, releaseImports, selectClaimable, updateClaimed } from "./store.ts";

/** The worker that reads imports, the oldest first and one after the other. */
export const importWorker = claimed<ImportTable>({
  name: "imports",
  // How soon an import is seen whose worker died, or that another node received.
  everyMs: 2000,
  wokenBy: importWaiting,
  retry: { attempts: 5, firstMs: 5000, mostMs: 60_000 },
  next: selectClaimable,
  claim: claimImport,
  change: updateClaimed,
  release: releaseImports,
  async run(ctx, job, claim) {
    await runImport(ctx, job, claim);
    bytesSpent.raise(ctx.db);
  },
  giveUp,
});

/** An import that gets nowhere brings its worker down each time. */
async function giveUp(ctx: Context, job: ImportTable, claim: Claim): Promise<void> {
  const message = "Reading the file was begun several times and never got on.";
  const end = { state: "failed", error: { code: "interrupted", message } } as const;
  await ctx.db.write((tx) => finishImport(tx, job, end, { now: ctx.clock.now(), worker: claim.by }));
  bytesSpent.raise(ctx.db);
}
