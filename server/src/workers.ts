import { sweepAnswers } from "./access/sweep.ts";
import { sweepSessions, sweepVerifications } from "./accounts/sweep.ts";
import { sweepExpiredApps } from "./apps/end-app.ts";
import { sweepAudit } from "./audit/retention.ts";
import { deleteFinishedWindows } from "./database/rate-limit.ts";
import { bytesSpent } from "./imports/signals.ts";
import { sweepChunks, sweepImports, sweepProblems, sweepUploads } from "./imports/sweep.ts";
import { importWorker } from "./imports/worker.ts";
import { sweepInstallationTokens } from "./installations/sweep.ts";
import {
  sweepCodes,
  sweepFamilies,
  sweepRefreshTokens,
  sweepRequests,
  sweepUndecidedRequests,
} from "./oauth/sweep.ts";
import { sweepInvitations } from "./organizations/sweep.ts";
import { sweepPlans } from "./pending/plans.ts";
import { sweepFiles } from "./publishing/sweep-files.ts";
import { sweepTrash } from "./texts/sweep-trash.ts";
import { sweepOutbox } from "./webhooks/sweep.ts";
import { type Sweep, sweeping } from "./work/sweeping.ts";
import type { Worker } from "./work/worker.ts";

/** What goes when it is past its life (docs/decisions/0009-what-is-kept.md). */
export const SWEEPS: readonly Sweep[] = [
  { name: "sessions", budget: 2000, sweep: sweepSessions },
  { name: "verification links", budget: 2000, sweep: sweepVerifications },
  { name: "invitations", budget: 2000, sweep: sweepInvitations },
  { name: "registered apps", budget: 500, sweep: sweepExpiredApps },
  { name: "undecided authorization requests", budget: 2000, sweep: sweepUndecidedRequests },
  { name: "authorization requests", budget: 2000, sweep: sweepRequests },
  { name: "authorization codes", budget: 2000, sweep: sweepCodes },
  { name: "refresh tokens", budget: 2000, sweep: sweepRefreshTokens },
  { name: "token families", budget: 2000, sweep: sweepFamilies },
  { name: "installation tokens", budget: 2000, sweep: sweepInstallationTokens },
  { name: "idempotency answers", budget: 2000, sweep: sweepAnswers },
  { name: "rate limit windows", budget: 2000, sweep: deleteFinishedWindows },
  { name: "audit", budget: 2000, sweep: sweepAudit },
  { name: "outbox", budget: 2000, sweep: sweepOutbox },
  { name: "publish plans", budget: 2000, sweep: sweepPlans },
  // Each may be some megabytes.
  { name: "unlisted files", budget: 50, sweep: sweepFiles },
  // Each has a value in every language.
  {
    ...{ name: "trash", budget: 200, inParts: true },
    sweep: (tx, now, budget, { db }) => sweepTrash(db, tx, now, budget),
  },
  { name: "unfinished uploads", budget: 20, sweep: sweepUploads },
  // A quarter of a megabyte each.
  { name: "bytes of imports", budget: 4, wokenBy: bytesSpent, sweep: sweepChunks },
  { name: "problems of imports", budget: 2000, sweep: sweepProblems },
  { name: "imports", budget: 200, sweep: sweepImports },
];

/** Everything that a node does besides answering requests. */
export const WORKERS: readonly Worker[] = [importWorker, ...SWEEPS.map(sweeping)];
