import type { FieldError } from "@parlance/contract/errors";
import { MOST_KEPT_PROBLEMS } from "@parlance/contract/import-limits";
import { sql } from "kysely";
import { type Context, type Transaction, type WriteWork, workCall } from "../context.ts";
import { toActor, toColumns } from "../database/actor.ts";
import type { ImportTable } from "../database/import-tables.ts";
import type { GrowingChangeset } from "../history/grow-changeset.ts";
import { lockProject } from "../projects/write-lock.ts";
import { applyPlan } from "../texts/apply-plan.ts";
import { identity } from "../texts/check-names.ts";
import type { KeyName } from "../texts/find-keys.ts";
import { type Claim, ClaimLost } from "../work/claim.ts";
import { type FileRow, planRows, type RowFindings } from "./plan-rows.ts";
import type { StagedRow } from "./stage-rows.ts";
import { insertProblems, updateClaimed } from "./store.ts";
import { type Writer, writerNow } from "./writer-now.ts";

/**
 * Writes a part of the file, and how far the import has come, in one transaction. Answers the import as it then is.
 * Throws `ClaimLost` when the import was cancelled or another worker has taken over, and what `writerNow` throws.
 */
export function writeBatch(
  ctx: Context,
  claim: Claim,
  job: ImportTable,
  rows: readonly StagedRow[],
): Promise<ImportTable> {
  return ctx.db.write(
    async (tx) => {
      const writer = await writerNow(tx, job, ctx.clock.now());
      const writable = rows.filter((row) => row.write);
      const result = await writeOrTry(workOf(ctx, tx, job, writer), job, writer, writable);
      const problems = problemsOf(job, rows, new Map(writable.map((row, at) => [row, result.findings[at]])));
      const progress = progressOf(job, rows, result, problems);
      await keepProblems(tx, job, problems);
      const fields = { ...progress, ...claim.renewal(), attempts: 0 };
      if (!(await updateClaimed(tx, job.id, claim.by, fields))) throw new ClaimLost();
      ctx.crash("import.batch-written");
      return { ...job, ...progress };
    },
    { turn: job.projectId },
  );
}

interface RowCounts {
  keysCreated: number;
  keysUpdated: number;
  valuesCreated: number;
  valuesUpdated: number;
  unchanged: number;
}

interface Written {
  counts: RowCounts;
  /** Values that were written, by language. */
  byLanguage: Map<string, number>;
  /** One for each row, at its index. */
  findings: RowFindings[];
}

/** A dry run does the same and takes it back. */
async function writeOrTry(
  work: WriteWork,
  job: ImportTable,
  writer: Writer,
  rows: readonly StagedRow[],
): Promise<Written> {
  const files = rows.flatMap((row) => row.write ?? []);
  if (job.dryRun === 0) return writeRows(work, job, writer, files, () => true);
  await sql`savepoint "try"`.execute(work.store);
  // A part before was taken back too, so that the key of a repeated row is created once more.
  const firstOf = new Map(files.toReversed().map((file) => [identity(file), file]));
  const result = await writeRows(work, job, writer, files, (key) => !firstOf.get(identity(key))?.isRepeated);
  await sql`rollback to savepoint "try"`.execute(work.store);
  return { ...result, byLanguage: new Map() };
}

/** `isCounted` says which of the keys that are created count as such. */
async function writeRows(
  work: WriteWork,
  job: ImportTable,
  { project: known }: Writer,
  rows: readonly FileRow[],
  isCounted: (key: KeyName) => boolean,
): Promise<Written> {
  const into = changesetOf(job);
  const project = await lockProject(work, known);
  const { plan, findings, unchanged } = await planRows(work, project, rows, {
    existing: job.existing,
    changesetId: into.id,
  });
  await applyPlan(work, project, plan, { into });
  const byLanguage = Map.groupBy(plan.written, ({ language }) => language);
  const valuesUpdated = plan.written.filter(({ before }) => before).length;
  return {
    findings,
    byLanguage: new Map([...byLanguage].map(([code, list]) => [code, list.length])),
    counts: {
      keysCreated: plan.created.filter(isCounted).length,
      keysUpdated: plan.changed.length,
      valuesCreated: plan.written.length - valuesUpdated,
      valuesUpdated,
      unchanged,
    },
  };
}

function changesetOf(job: ImportTable): GrowingChangeset {
  const { projectId, message } = job;
  const id = job.changesetId ?? "cs_dry_run";
  const createdAt = job.startedAt ?? job.createdAt;
  return { id, projectId, ...toColumns(toActor(job)), via: "import", message, createdAt };
}

/** Everything of an import happens at one moment: a revert finds by it what the import made outdated. */
function workOf(ctx: Context, store: Transaction, job: ImportTable, { actor }: Writer): WriteWork {
  return workCall(ctx, { actor, via: "import", store, now: job.startedAt ?? job.createdAt });
}

type Problem = { row: number; severity: "error" | "warning" } & Record<string, unknown>;

function problemsOf(
  job: ImportTable,
  rows: readonly StagedRow[],
  findings: ReadonlyMap<StagedRow, RowFindings | undefined>,
): Problem[] {
  return rows.flatMap((row) => {
    const { faults = [], warnings = [] } = findings.get(row) ?? {};
    const errors = [...row.problems, ...faults].map((fault) => problemOf(job, row, "error", fault));
    // Nothing of the row was written, so no warning applies to what was.
    const others = errors.length > 0 ? [] : warnings;
    return [...errors, ...others.map((fault) => problemOf(job, row, "warning", fault))];
  });
}

function problemOf(
  job: ImportTable,
  row: StagedRow,
  severity: Problem["severity"],
  fault: FieldError,
): Problem {
  const value = row.write?.values.find(({ pointer }) => pointer === fault.pointer);
  const { expected, found, code } = fault;
  const what = expected === undefined ? code : sentenceOf(expected);
  return {
    ...fault,
    row: row.row,
    key: row.key?.name.slice(0, 512) ?? null,
    namespace: row.key?.namespace.slice(0, 128) ?? null,
    language: value?.language ?? job.language,
    severity,
    message: `${what}${found === undefined ? "" : `, found ${found}`}.`,
  };
}

/** What a schema expects is a sentence already; what the rules of messages expect is a noun. */
function sentenceOf(expected: string): string {
  if (expected.startsWith("must ")) return `It ${expected}`;
  return /^[A-Z]/.test(expected) ? expected : `Expected ${expected}`;
}

async function keepProblems(tx: Transaction, job: ImportTable, problems: readonly Problem[]): Promise<void> {
  const stored = problems.slice(0, Math.max(0, MOST_KEPT_PROBLEMS - job.problems));
  const rows = stored.map((problem, index) => ({
    importId: job.id,
    position: job.problems + index + 1,
    problem: JSON.stringify(problem),
  }));
  await insertProblems(tx, rows);
}

function progressOf(
  job: ImportTable,
  rows: readonly StagedRow[],
  { counts, byLanguage }: { counts: RowCounts; byLanguage: ReadonlyMap<string, number> },
  problems: readonly Problem[],
) {
  const languages: Record<string, number> = JSON.parse(job.byLanguage);
  for (const [code, count] of byLanguage) languages[code] = (languages[code] ?? 0) + count;
  const last = rows.at(-1);
  const rejected = new Set(problems.filter(({ severity }) => severity === "error").map(({ row }) => row));
  return {
    processedBytes: Math.min(job.size, last?.end ?? job.processedBytes),
    lastRow: last?.row ?? job.lastRow,
    rows: job.rows + rows.length,
    keysCreated: job.keysCreated + counts.keysCreated,
    keysUpdated: job.keysUpdated + counts.keysUpdated,
    valuesCreated: job.valuesCreated + counts.valuesCreated,
    valuesUpdated: job.valuesUpdated + counts.valuesUpdated,
    unchanged: job.unchanged + counts.unchanged,
    rejected: job.rejected + rejected.size,
    warnings: job.warnings + problems.filter(({ severity }) => severity === "warning").length,
    problems: job.problems + problems.length,
    byLanguage: JSON.stringify(languages),
  };
}
