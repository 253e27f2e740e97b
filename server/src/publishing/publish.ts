import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Call, Reach, Transaction } from "../context.ts";
import type { ProjectTable, ReleaseTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { newId } from "../platform/crypto.ts";
import { announce } from "../webhooks/announce.ts";
import { channelMoved } from "./channel-moved.ts";
import { type Draft, draftRelease } from "./draft-release.ts";
import { inTurn } from "./in-turn.ts";
import { type Pending, readPending } from "./read-pending.ts";
import { insertRelease, pointChannel, selectChannelRelease, selectLastNumber } from "./store.ts";
import { storeContents } from "./store-contents.ts";

type Place = { project: ProjectTable; reach: Reach };

/** Another node may publish the same project meanwhile; then what is pending is read again. */
const MOST_ATTEMPTS = 5;

/**
 * Publishes everything pending to the production channel and returns the release that is live then. With nothing
 * pending that is the current one, so a repeated publish is harmless. Publishes of one project follow one another.
 * Opens its own transactions, because compressing takes time. Throws `rate_limited` within PUBLISH_COOLDOWN_SECONDS of
 * the last release, `conflict` when other nodes kept publishing.
 */
export function publish(call: Call, place: Place, message: string | undefined): Promise<ReleaseTable> {
  return inTurn(call.db, place.project.id, async () => {
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
      const release = await attemptPublish(call, place, message);
      if (release) return release;
    }
    throw new ApiError("conflict", "The project is being published by others. Try again shortly.");
  });
}

/** Undefined when the channel moved between reading and pointing. */
async function attemptPublish(
  call: Call,
  place: Place,
  message: string | undefined,
): Promise<ReleaseTable | undefined> {
  const pending = await call.db.snapshot((snapshot) => readPending(snapshot, place.project));
  const current = pending.base?.release;
  if (current && pending.untouched) return current;

  // Later than the release before by at least a millisecond, so that `lastModified` always changes with the content.
  const now = Math.max(call.clock.now(), (current?.createdAt ?? 0) + 1);
  const draft = draftRelease(pending, now);
  if (current && draft.changedFiles === 0) return current;
  refuseTooSoon(call, current);

  await storeContents(call, draft.contents);
  call.crash("publish.files-written");
  const release = await call.db.write((tx) =>
    pointAtNewRelease(call, tx, place, { pending, draft, message, now }),
  );
  if (release) channelMoved(call.db);
  return release;
}

interface Work {
  pending: Pending;
  draft: Draft;
  message: string | undefined;
  now: number;
}

async function pointAtNewRelease(
  call: Call,
  tx: Transaction,
  { project, reach }: Place,
  { pending, draft, message, now }: Work,
): Promise<ReleaseTable | undefined> {
  await call.db.lock(tx, `publish:${project.id}`);
  const live = await selectChannelRelease(tx, project.id, DEFAULT_CHANNEL);
  if (live?.id !== pending.base?.release.id) return undefined;

  const { caller } = call;
  const release: ReleaseTable = {
    id: newId("rel"),
    projectId: project.id,
    number: (await selectLastNumber(tx, project.id)) + 1,
    message: message ?? null,
    createdAt: now,
    createdBy: "userId" in caller ? caller.userId : null,
    grantId: caller.kind === "installation" ? caller.grantId : null,
    valueCount: draft.valueCount,
    changedFiles: draft.changedFiles,
    sourceLanguage: project.sourceLanguage,
    namespaces: pending.namespaces && JSON.stringify(pending.namespaces),
  };
  await insertRelease(tx, release, draft.languages, draft.files);
  call.crash("publish.release-written");
  await pointChannel(tx, {
    projectId: project.id,
    name: DEFAULT_CHANNEL,
    releaseId: release.id,
    movedAt: now,
  });
  await announce(tx, "translations.published", {
    organizationId: project.organizationId,
    projectId: project.id,
    now,
    data: {
      org: reach.organization.slug,
      project: project.slug,
      release: release.number,
      languages: draft.changedLanguages,
      publishedAt: iso(now),
      keysCount: draft.valueCount,
    },
  });
  return release;
}

function refuseTooSoon(call: Call, current: ReleaseTable | undefined): void {
  const cooldown = call.config.PUBLISH_COOLDOWN_SECONDS * 1000;
  const left = current ? current.createdAt + cooldown - call.clock.now() : 0;
  if (cooldown === 0 || left <= 0) return;
  const retryAfterSeconds = Math.ceil(left / 1000);
  throw new ApiError(
    "rate_limited",
    `The project was published just now. Try again in ${retryAfterSeconds} s.`,
    {
      retryAfterSeconds,
    },
  );
}
