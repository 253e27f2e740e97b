import { Link } from "@tanstack/react-router";
import { Rocket } from "lucide-react";
import { useState } from "react";
import { Badge } from "../../components/badge.tsx";
import { buttonClass } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useMay } from "../../data/organization.tsx";
import { useCall, useList } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Rows } from "../../parts/rows.tsx";
import { ChannelsCard } from "./channels-card.tsx";
import { type Move, MoveChannel } from "./move-channel.tsx";
import { ProjectNav } from "./project-nav.tsx";
import { ReleaseRow } from "./release-row.tsx";
import { useProjectParams } from "./use-project.ts";

/** What was published, what each channel serves, and the ways to change that. */
export function ReleasesPage() {
  const { slug, project, projectId } = useProjectParams();
  const mayPublish = useMay("admin");
  const releases = useList("releases.list", { projectId });
  const channels = useCall("channels.list", { projectId });
  const [move, setMove] = useState<Move | null>(null);
  const known = channels.data?.items ?? [];
  const button = (
    <Link
      to="/organizations/$slug/projects/$project/publish"
      params={{ slug, project }}
      className={buttonClass({ variant: "primary" })}
    >
      <Rocket aria-hidden />
      Publish
    </Link>
  );
  return (
    <>
      <ProjectNav />
      <PageTitle
        title="Releases"
        description="A release is a copy of all texts that never changes. Channels say which one your users get."
        actions={mayPublish && button}
      />
      <div className="flex flex-col gap-6">
        <ChannelsCard query={channels} onMove={mayPublish ? setMove : null} />
        <Card flush title="All releases">
          <Loaded query={releases} skeleton={<SkeletonRows rows={4} className="h-16" />}>
            {(items) =>
              items.length === 0 ? (
                <EmptyState icon={Rocket} title="Nothing was published yet" action={mayPublish && button}>
                  {mayPublish
                    ? "Publishing puts all texts on the CDN. You can always go back to an earlier release."
                    : "An owner or admin can publish the first release."}
                </EmptyState>
              ) : (
                <>
                  <Rows label="Releases">
                    {items.map((release) => (
                      <ReleaseRow
                        key={release.id}
                        release={release}
                        channels={known}
                        onMove={mayPublish ? setMove : null}
                      />
                    ))}
                  </Rows>
                  <MoreRows query={releases} />
                </>
              )
            }
          </Loaded>
        </Card>
        {!mayPublish && (
          <p className="text-sm text-muted">
            <Badge>Read only</Badge> Owners and admins publish and move channels.
          </p>
        )}
      </div>
      {move && <MoveChannel {...move} channels={known} onClose={() => setMove(null)} />}
    </>
  );
}
