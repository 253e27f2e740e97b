import type { Output } from "@parlance/contract/operations";
import type { UseQueryResult } from "@tanstack/react-query";
import { Radio } from "lucide-react";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyButton } from "../../components/copy-button.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Row, Rows } from "../../parts/rows.tsx";
import type { Move } from "./move-channel.tsx";

export type Channel = Output<"channels.list">["items"][number];

/** Which release each channel serves, and where. */
export function ChannelsCard({
  query,
  onMove,
}: {
  query: UseQueryResult<Output<"channels.list">>;
  /** Null for those who may not. */
  onMove: ((move: Move) => void) | null;
}) {
  return (
    <Card
      flush
      title="Channels"
      description="Addresses on the CDN. They are public and need no key."
      actions={
        onMove &&
        (query.data?.items.length ?? 0) > 0 && (
          <Button onClick={() => onMove({ channel: null, release: query.data?.items[0]?.release ?? 1 })}>
            Add channel
          </Button>
        )
      }
    >
      <Loaded query={query} skeleton={<SkeletonRows rows={1} className="h-20" />}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="px-5 py-4 text-sm text-muted">
              Channel “production” appears with the first release.
            </p>
          ) : (
            <Rows label="Channels">
              {items.map((channel) => (
                <Row key={channel.name}>
                  <p className="flex min-w-0 grow flex-wrap items-center gap-x-2 gap-y-1">
                    <span className="font-medium">{channel.name}</span>
                    <Badge tone="live" icon={Radio}>
                      Serves release {channel.release}
                    </Badge>
                  </p>
                  <p className="text-muted">
                    moved <RelativeTime value={channel.movedAt} />
                  </p>
                  <p className="flex w-full items-center gap-2">
                    <code dir="ltr" className="min-w-0 grow font-mono text-[0.92em] break-all text-muted">
                      {channel.manifest}
                    </code>
                    <CopyButton
                      value={channel.manifest}
                      label={`Copy address of channel ${channel.name}`}
                      iconOnly
                    />
                  </p>
                </Row>
              ))}
            </Rows>
          )
        }
      </Loaded>
    </Card>
  );
}
