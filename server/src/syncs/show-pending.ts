import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { ToolOutput } from "@parlance/contract/tools";
import type { PlacedProject, Reach, ReadCall } from "../context.ts";
import { countPending, type PendingCounts, sumsOf } from "../pending/count-pending.ts";
import { changesNothing, outlineRelease } from "../pending/outline.ts";
import { type PreviewedText, previewPending } from "../pending/preview-pending.ts";
import { openChangeReader } from "../pending/read-changes.ts";
import { readPending } from "../pending/read-pending.ts";
import { iso } from "../platform/clock.ts";
import { shorten } from "../platform/shorten.ts";
import { slugOf } from "../projects/tools.ts";
import type { Job } from "./job.ts";
import { listJobs } from "./list-jobs.ts";

type PlacedCall = ReadCall & { readonly project: PlacedProject; readonly reach: Reach };
type Answer = ToolOutput<"getPendingChanges">;

const MOST_RECENT = 3;
const LONGEST_TEXT = 200;

/** What a publish to production would change now, counted and with a bounded preview (contract/mcp, 6.11). */
export async function showPending(call: PlacedCall): Promise<Answer> {
  const recent = await listJobs(call.store, call.project.id, { limit: MOST_RECENT });
  return call.db.snapshot(async (snapshot) => {
    const pending = await readPending(snapshot, call.project, { channel: DEFAULT_CHANNEL });
    const reader = openChangeReader(call.db, snapshot, pending);
    const hasChanges = !changesNothing(pending, await outlineRelease(pending, reader));
    const counts = await countPending(snapshot, pending, reader);
    const preview = await previewPending(snapshot, pending, reader, counts);
    return {
      prj: slugOf(call.project),
      has_chg: hasChanges,
      sum: toSum(counts),
      by_lng: Object.fromEntries(
        [...counts.texts].map(([code, cnt]) => [
          code,
          { cnt, prv: (preview.texts.get(code) ?? []).map(toText) },
        ]),
      ),
      del_k: preview.deletedKeys.map(({ id: kid, name: k, namespace: ns, source }) => {
        return { kid, k, ns, src: source && shorten(source, LONGEST_TEXT) };
      }),
      ...toLanguages(counts),
      pub_dst: "cdn" as const,
      ...(!call.reach.scopes.includes("translations:publish") && {
        no_pub_rsn: "Publishing needs the scope translations:publish.",
      }),
      recent: recent.map(toRecent),
      ...hintFor(hasChanges, counts),
    };
  });
}

function toSum(counts: PendingCounts): Answer["sum"] {
  const { texts: tr, deletedKeys: del_k, languages: lng_chg } = sumsOf(counts);
  return { tr, del_k, lng_chg, tot: tr + del_k + lng_chg };
}

function toText({ keyId: kid, name: k, namespace: ns, text, status: st }: PreviewedText) {
  return { kid, k, ns, t: text && shorten(text, LONGEST_TEXT), st };
}

function toLanguages({ languages: { added, dropped } }: PendingCounts): Pick<Answer, "lng_chg"> {
  return added.length + dropped.length > 0 ? { lng_chg: { add: added, rm: dropped } } : {};
}

function toRecent({ id, type, status: st, completedAt, ...job }: Job): Answer["recent"][number] {
  return {
    ...{ id, tp: type === "batch_publish" ? "publish" : "import", st },
    at: completedAt === null ? null : iso(completedAt),
    ...{ nk: job.keysCreated, uk: job.updated, tf: job.files.total },
  };
}

function hintFor(hasChanges: boolean, counts: PendingCounts): Pick<Answer, "hint"> {
  const said = [];
  if (counts.isCut)
    said.push("More keys were deleted than are counted in del_k; the texts of the others are in tr.");
  if (counts.hasNewSource) said.push("The source language is another than in the live release.");
  if (hasChanges && toSum(counts).tot === 0)
    said.push("Only the layout of the published files would change.");
  return said.length > 0 ? { hint: said.join(" ") } : {};
}
