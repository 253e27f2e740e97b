import { DEFAULT_CHANNEL, publishedPath, publishedTree } from "@parlance/contract/cdn";
import type { Output } from "@parlance/contract/operations";
import type { Call, PlacedProject, Reader } from "../context.ts";
import type { Release } from "../pending/published-release.ts";
import { iso } from "../platform/clock.ts";
import { selectChannels } from "./store.ts";

type Placed = Pick<Call, "config"> & { readonly project: PlacedProject };

/** A release as callers see it, with the channels that point at it now. */
export async function showRelease(store: Reader, release: Release): Promise<Output<"releases.create">> {
  return toRelease(release, await channelsOf(store, release.projectId));
}

export function toRelease(row: Release, channels: ReadonlyMap<string, string[]>): Output<"releases.create"> {
  return {
    id: row.id,
    number: row.number,
    message: row.message,
    createdAt: iso(row.createdAt),
    createdBy: row.actorUserId,
    valueCount: row.valueCount,
    changedFiles: row.changedFiles,
    channels: channels.get(row.id) ?? [],
  };
}

/** A channel that exists, as callers see it. */
export async function showChannel(
  call: Placed & Pick<Call, "store">,
  channel: string,
): Promise<Output<"channels.move">> {
  const found = (await selectChannels(call.store, call.project.id)).find(({ name }) => name === channel);
  if (!found) throw new Error(`Channel ${channel} was not written.`);
  return toChannel(call, found);
}

export function toChannel(
  call: Placed,
  { name, number, movedAt }: { name: string; number: number; movedAt: number },
): Output<"channels.move"> {
  const tree = name === DEFAULT_CHANNEL ? "" : publishedTree.channel(name);
  return { name, release: number, movedAt: iso(movedAt), manifest: manifestUrl(call, tree) };
}

/** Where the manifest of a tree is read. */
export function manifestUrl({ config, project }: Placed, tree: string): string {
  return `${config.CDN_URL}/${project.organizationSlug}/${project.slug}/${tree}${publishedPath.manifest}`;
}

/** The names of the channels that point at each release. */
export async function channelsOf(store: Reader, projectId: string): Promise<Map<string, string[]>> {
  const groups = Map.groupBy(await selectChannels(store, projectId), (channel) => channel.releaseId);
  return new Map([...groups].map(([id, channels]) => [id, channels.map((channel) => channel.name)]));
}
