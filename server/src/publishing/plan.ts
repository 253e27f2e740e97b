import { createHash } from "node:crypto";
import type { Call, OwnCall, Reach, Reader } from "../context.ts";
import type { ProjectTable, PublishPlanTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { newId } from "../platform/crypto.ts";
import { type Outline, outlineOf, valueCountOf } from "./build-release.ts";
import { type ChangesPage, chosenLanguages, pageOfChanges } from "./page-changes.ts";
import { changeReader } from "./read-changes.ts";
import { type Pending, readPending, type Scope } from "./read-pending.ts";
import type { ChangeReader } from "./remembered.ts";
import { deleteExpiredPlans, insertPlan, selectPlan } from "./store.ts";
import { valuesInPart } from "./values-in-part.ts";

type Place = { project: ProjectTable; reach: Reach };
type Wish = { language?: string | undefined; limit: number; cursor?: string | undefined };

export interface Warning {
  code: "missing_values" | "language_removed" | "source_language_changed";
  language: string;
  count: number;
}

/** A plan with what it would do, and the first page of it. */
interface CreatedPlan extends ChangesPage {
  plan: PublishPlanTable;
  outline: Outline;
  warnings: Warning[];
  channel: string;
  base: number | null;
}

const FIRST_PAGE = 100;

/** What is pending now, counted by language and in pages. */
export function listPending(call: Call & Place, scope: Scope, wish: Wish) {
  return call.db.snapshot(async (snapshot) => {
    const pending = await readPending(snapshot, call.project, scope);
    return pageOf(pending, scope, changeReader(call.db, snapshot, pending), wish);
  });
}

/** Works out a publish and remembers its hash, so that it can be published as it was seen. */
export async function createPlan<Answer>(
  call: OwnCall<Answer> & Place,
  scope: Scope,
  toAnswer: (created: CreatedPlan) => Answer,
): Promise<Answer> {
  const { pending, outline, page } = await call.db.snapshot(async (snapshot) => {
    const pending = await readPending(snapshot, call.project, scope);
    const reader = changeReader(call.db, snapshot, pending);
    const outline = await outlineOf(pending, reader);
    await refuseBadParts(snapshot, pending, reader, outline);
    return { pending, outline, page: await pageOf(pending, scope, reader, { limit: FIRST_PAGE }) };
  });
  const plan: PublishPlanTable = {
    id: newId("plan"),
    projectId: call.project.id,
    channel: scope.channel,
    filter: scope.filter ? JSON.stringify(scope.filter) : null,
    hash: hashOf(pending, outline, scope.channel),
    createdAt: call.now,
    expiresAt: call.now + call.config.PUBLISH_PLAN_SECONDS * 1000,
    releaseId: null,
  };
  call.note({ planId: plan.id, channel: plan.channel });
  const answer = toAnswer({ plan, outline, warnings: warningsOf(pending, outline), ...page });
  await call.db.write(async (tx) => {
    await insertPlan(tx, plan);
    await call.settle(tx, answer);
  });
  return answer;
}

/** Throws `not_found`, `gone` when the plan's time is over, and `conflict` when anything in it moved. */
export async function listPlanChanges(call: Call & Place, planId: string, wish: Wish) {
  const plan = await findPlan(call, planId);
  const scope = scopeOf(plan);
  return call.db.snapshot(async (snapshot) => {
    const pending = await readPending(snapshot, call.project, scope);
    const reader = changeReader(call.db, snapshot, pending);
    refuseMoved(plan, pending, await outlineOf(pending, reader));
    return pageOf(pending, scope, reader, wish);
  });
}

/** Throws `not_found`, and `gone` when its time is over. One that was published is found until then too. */
export async function findPlan(
  { db, project, clock }: Pick<Call, "db" | "clock"> & Place,
  id: string,
): Promise<PublishPlanTable> {
  const plan = await selectPlan(db.read, project.id, id);
  if (!plan) throw new ApiError("not_found", "There is no such plan.");
  if (plan.expiresAt <= clock.now()) throw new ApiError("gone", "The plan is too old. Make a new one.");
  return plan;
}

export function scopeOf({ channel, filter }: PublishPlanTable): Scope {
  return { channel, filter: filter === null ? undefined : JSON.parse(filter) };
}

/** Throws `conflict` unless what is pending is to the letter what the plan was made of. */
export function refuseMoved(plan: PublishPlanTable, pending: Pending, outline: Outline): void {
  if (hashOf(pending, outline, plan.channel) === plan.hash) return;
  throw new ApiError("conflict", "What the plan was made of has changed since. Make a new plan.", {
    errors: [{ pointer: "/planId", code: "plan_moved", expected: plan.hash }],
  });
}

/** Deletes at most `budget` plans whose time is over; answers how many. */
export function sweepPlans(store: Reader, now: number, budget: number): Promise<number> {
  return deleteExpiredPlans(store, now, budget);
}

/** The release before and every change of it are all that the next release is made of. */
function hashOf(
  { base, namespaces, project, languages }: Pending,
  { summaries }: Outline,
  channel: string,
): string {
  const held = [
    ...[channel, base?.release.id ?? null, namespaces, project.sourceLanguage],
    languages.map(({ code }) => code),
    [...summaries.values()]
      .filter((summary) => summary.namespaces.length > 0)
      .map(({ language, digest }) => `${language} ${digest}`)
      .sort(),
  ];
  return createHash("sha256").update(JSON.stringify(held)).digest("base64url");
}

async function pageOf(
  { base, languages, compared }: Pending,
  { channel }: Scope,
  reader: ChangeReader,
  { language, ...paging }: Wish,
): Promise<ChangesPage & { channel: string; base: number | null }> {
  const all = new Set([...(base?.languages.keys() ?? []), ...languages.map(({ code }) => code)]);
  const differing = new Set(compared.map(({ code }) => code));
  const codes = chosenLanguages([...all].sort(), language).filter((code) => differing.has(code));
  return { channel, base: base?.release.number ?? null, ...(await pageOfChanges(codes, reader, paging)) };
}

/** A plan that could not be published is not made. */
async function refuseBadParts(
  snapshot: Reader,
  pending: Pending,
  reader: ChangeReader,
  { summaries }: Outline,
): Promise<void> {
  for (const { code, part } of pending.compared) {
    if (part !== "some" || !summaries.get(code)?.added) continue;
    await valuesInPart(snapshot, pending, code, await reader.changes(code));
  }
}

/** Nothing that forbids a publish: what somebody may want to look at first. */
function warningsOf(pending: Pending, { summaries }: Outline): Warning[] {
  const { base, languages, project } = pending;
  const counts = languages.map((language) => ({
    language: language.code,
    count: valueCountOf(language, summaries.get(language.code)),
  }));
  const source = counts.find(({ language }) => language === project.sourceLanguage)?.count ?? 0;
  const missing = counts
    .map(({ language, count }) => ({ language, count: source - count }))
    .filter(({ count }) => count > 0)
    .map((warning) => ({ code: "missing_values" as const, ...warning }));
  const kept = new Set(languages.map(({ code }) => code));
  const removed = [...(base?.languages.values() ?? [])]
    .filter(({ code }) => !kept.has(code))
    .map(({ code, valueCount }) => ({
      code: "language_removed" as const,
      language: code,
      count: valueCount,
    }));
  const language = project.sourceLanguage;
  if (!base || base.release.sourceLanguage === language) return [...missing, ...removed];
  return [...missing, ...removed, { code: "source_language_changed", language, count: source }];
}
