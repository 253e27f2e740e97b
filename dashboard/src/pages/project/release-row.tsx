import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import { Radio } from "lucide-react";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Name } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import type { Item } from "../../data/queries.ts";
import { ExpandableRow } from "../../parts/rows.tsx";
import { count } from "../../parts/words.ts";
import type { Channel } from "./channels-card.tsx";
import type { Move } from "./move-channel.tsx";
import { ReleaseDetails } from "./release-details.tsx";

export function ReleaseRow({
  release,
  channels,
  onMove,
}: {
  release: Item<"releases.list">;
  channels: Channel[];
  /** Null for those who may not. */
  onMove: ((move: Move) => void) | null;
}) {
  const { number, message, createdAt, valueCount, changedFiles } = release;
  const served = channels.filter((channel) => channel.release === number).map(({ name }) => name);
  // The channel one most likely means, unless it serves this release already.
  const other = channels.filter((channel) => channel.release !== number);
  const target = other.find(({ name }) => name === DEFAULT_CHANNEL) ?? other[0];
  return (
    <ExpandableRow
      summary={
        <span className="flex min-w-0 grow flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium tabular-nums">Release {number}</span>
          {served.map((name) => (
            <Badge key={name} tone="live" icon={Radio}>
              {name}
            </Badge>
          ))}
          {message && (
            <span className="min-w-0 break-words">
              <Name>{message}</Name>
            </span>
          )}
          <span className="w-full text-muted tabular-nums">
            <RelativeTime value={createdAt} />, {count(valueCount, "text")}, {count(changedFiles, "file")}{" "}
            changed
          </span>
        </span>
      }
      actions={
        onMove &&
        target && (
          <Button size="sm" onClick={() => onMove({ channel: target.name, release: number })}>
            {number < target.release ? `Roll back to release ${number}` : `Promote release ${number}`}
          </Button>
        )
      }
    >
      <ReleaseDetails release={number} />
    </ExpandableRow>
  );
}
