import { createHash } from "node:crypto";
import type { Call, Reach, Reader } from "../context.ts";
import type { ProjectTable, PublishPlanTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { newId } from "../platform/crypto.ts";
import { compareContents, readContents, storedIn } from "./contents.ts";
import { type Draft, draftRelease } from "./draft-release.ts";
import { type ChangesPage, chosenLanguages, pageOfChanges } from "./page-changes.ts";
import { type Pending, readPending, type Scope } from "./read-pending.ts";
import { deleteExpiredPlans, insertPlan, selectPlan } from "./store.ts";

type Place = { project: ProjectTable; reach: Reach };
type Wish = { language?: string | undefined; limit: number; cursor?: string | undefined };

export interface Warning {
  code: "missing_values" | "language_removed";
  language: string;
  count: number;
}

const FIRST_PAGE = 100;

/** What is pending now, counted by language and in pages. */
export async function listPending(call: Call & Place, scope: Scope, wish: Wish) {
  const pending = await call.db.snapshot((snapshot) => readPending(snapshot, call.project, scope));
  return { ...whereOf(pending, scope), ...(await changesOf(call.db.read, pending, wish)) };
}

/** Works out a publish and remembers its hash, so that it can be published as it was seen. */
export async function createPlan(call: Call & Place, scope: Scope) {
  const pending = await call.db.snapshot((snapshot) => readPending(snapshot, call.project, scope));
  const draft = draftRelease(pending, call.now);
  const changes = await changesOf(call.db.read, pending, { limit: FIRST_PAGE });
  const plan: PublishPlanTable = {
    id: newId("plan"),
    projectId: call.project.id,
    channel: scope.channel,
    filter: scope.filter ? JSON.stringify(scope.filter) : null,
    hash: hashOf(pending, draft, scope.channel),
    createdAt: call.now,
    expiresAt: call.now + call.config.PUBLISH_PLAN_SECONDS * 1000,
    releaseId: null,
  };
  call.note({ planId: plan.id, channel: plan.channel });
  await call.db.write(async (tx) => {
    await insertPlan(tx, plan);
    await call.audit(tx);
  });
  const warnings = warningsOf(pending);
  return { plan, draft, warnings, ...whereOf(pending, scope), ...changes };
}

/** Throws `not_found`, `gone` when the plan's time is over, and `conflict` when anything in it moved. */
export async function listPlanChanges(call: Call & Place, planId: string, wish: Wish) {
  const plan = await findPlan(call, planId);
  const scope = scopeOf(plan);
  const pending = await call.db.snapshot((snapshot) => readPending(snapshot, call.project, scope));
  refuseMoved(plan, pending, draftRelease(pending, call.now));
  return { ...whereOf(pending, scope), ...(await changesOf(call.db.read, pending, wish)) };
}

/** Throws `not_found`, and `gone` when its time is over. One that was published is found until then too. */
export async function findPlan({ db, project, clock }: Call & Place, id: string): Promise<PublishPlanTable> {
  const plan = await selectPlan(db.read, project.id, id);
  if (!plan) throw new ApiError("not_found", "There is no such plan.");
  if (plan.expiresAt <= clock.now()) throw new ApiError("gone", "The plan is too old. Make a new one.");
  return plan;
}

export function scopeOf({ channel, filter }: PublishPlanTable): Scope {
  return { channel, filter: filter === null ? undefined : JSON.parse(filter) };
}

/** Throws `conflict` unless what is pending is to the byte what the plan was made of. */
export function refuseMoved(plan: PublishPlanTable, pending: Pending, draft: Draft): void {
  if (hashOf(pending, draft, plan.channel) === plan.hash) return;
  throw new ApiError("conflict", "What the plan was made of has changed since. Make a new plan.", {
    errors: [{ pointer: "/planId", code: "plan_moved", expected: plan.hash }],
  });
}

export async function sweepPlans(store: Reader, now: number, budget: number): Promise<void> {
  await deleteExpiredPlans(store, now, budget);
}

function hashOf(
  { base, namespaces, sourceLanguage }: Pending,
  { files, languages }: Draft,
  channel: string,
): string {
  const held = [
    ...[channel, base?.release.id ?? null, namespaces, sourceLanguage],
    languages.map(({ code }) => code),
    files.map(({ path, hash }) => `${path} ${hash}`).sort(),
  ];
  return createHash("sha256").update(JSON.stringify(held)).digest("base64url");
}

function whereOf({ base }: Pending, { channel }: Scope) {
  return { channel, base: base?.release.number ?? null };
}

/** Reads only languages that were built anew, or are gone. */
function changesOf(store: Reader, pending: Pending, { language, ...paging }: Wish): Promise<ChangesPage> {
  const { base, languages, namespaces } = pending;
  const now = new Map(languages.map((pendingLanguage) => [pendingLanguage.code, pendingLanguage]));
  const all = [...new Set([...(base?.languages.keys() ?? []), ...now.keys()])].sort();
  const codes = chosenLanguages(all, language).filter((code) => now.get(code)?.built !== null);
  return pageOfChanges(
    codes,
    async (code) => {
      const before = base ? await readContents(storedIn(store, base.files), base.namespaces, code) : [];
      const built = now.get(code)?.built;
      const after = built ? await readContents((path) => built.get(path), namespaces, code) : [];
      return compareContents(code, before, after);
    },
    paging,
  );
}

/** Nothing that forbids a publish: what somebody may want to look at first. */
function warningsOf({ base, languages, sourceLanguage }: Pending): Warning[] {
  const source = languages.find(({ code }) => code === sourceLanguage)?.valueCount ?? 0;
  const missing = languages
    .map(({ code, valueCount }) => ({ language: code, count: source - valueCount }))
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
  return [...missing, ...removed];
}
