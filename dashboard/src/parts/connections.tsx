import { Plug } from "lucide-react";
import { useState } from "react";
import { AppIcon } from "../components/app-icon.tsx";
import { Badge } from "../components/badge.tsx";
import { Button } from "../components/button.tsx";
import { Card } from "../components/card.tsx";
import { ConfirmDialog } from "../components/confirm-dialog.tsx";
import { CopyId } from "../components/copy-button.tsx";
import { EmptyState } from "../components/empty-state.tsx";
import { Name, plainName } from "../components/name.tsx";
import { RelativeTime } from "../components/relative-time.tsx";
import { SkeletonRows } from "../components/skeleton.tsx";
import { useToast } from "../components/toast.tsx";
import type { Item, useList } from "../data/queries.ts";
import { Fact, Facts } from "./facts.tsx";
import { Loaded } from "./loaded.tsx";
import { Permissions, ReachesProduction } from "./permissions.tsx";
import { ExpandableRow, MoreRows, Rows } from "./rows.tsx";
import { count } from "./words.ts";

export type Connection = Item<"connections.list">;

/** Connected apps, each opening to what it may do, with a way to end it. */
export function Connections({
  query,
  empty,
  showUser,
  onRevoke,
}: {
  query: ReturnType<typeof useList<"connections.list">>;
  empty: string;
  /** Whether to say who connected the app: in an organization's list, not in one's own. */
  showUser?: boolean;
  onRevoke: (connection: Connection) => Promise<unknown>;
}) {
  const [revoking, setRevoking] = useState<Connection | null>(null);
  const toast = useToast();
  return (
    <Card flush>
      <Loaded query={query} skeleton={<SkeletonRows rows={3} className="h-16" />}>
        {(connections) =>
          connections.length === 0 ? (
            <EmptyState icon={Plug} title="No connected apps">
              {empty}
            </EmptyState>
          ) : (
            <>
              <Rows label="Connected apps">
                {connections.map((connection) => (
                  <ExpandableRow
                    key={connection.id}
                    summary={<Summary connection={connection} showUser={showUser ?? false} />}
                    actions={
                      <Button
                        size="sm"
                        aria-label={`Revoke ${plainName(connection.app.name)}`}
                        onClick={() => setRevoking(connection)}
                      >
                        Revoke
                      </Button>
                    }
                  >
                    <Details connection={connection} />
                  </ExpandableRow>
                ))}
              </Rows>
              <MoreRows query={query} />
            </>
          )
        }
      </Loaded>
      {revoking && (
        <ConfirmDialog
          open
          onOpenChange={() => setRevoking(null)}
          title={<>Revoke {<Name>{revoking.app.name}</Name>}?</>}
          action={`Revoke ${plainName(revoking.app.name)}`}
          onConfirm={async () => {
            await onRevoke(revoking);
            toast({ title: `${plainName(revoking.app.name)} has no access any more` });
          }}
        >
          <Name className="font-medium text-ink">{revoking.app.name}</Name> loses access to{" "}
          <Name className="font-medium text-ink">{revoking.organization.name}</Name> at once: every token it
          holds for this connection stops working. What it wrote stays. To come back it has to be authorized
          again.
        </ConfirmDialog>
      )}
    </Card>
  );
}

function Summary({ connection, showUser }: { connection: Connection; showUser: boolean }) {
  const { app, organization, user, scopes, allProjects, projects, lastUsedAt } = connection;
  return (
    <>
      <AppIcon name={app.name} src={app.iconUrl} />
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Name className="font-medium">{app.name}</Name>
          {app.verified && <Badge tone="accent">Verified</Badge>}
          <ReachesProduction scopes={scopes} />
        </span>
        <span className="mt-0.5 block text-muted">
          <Name>{showUser ? user.name : organization.name}</Name>
          {" · "}
          {allProjects ? "all projects" : count(projects.length, "project")}
          {" · "}
          {lastUsedAt ? (
            <>
              used <RelativeTime value={lastUsedAt} />
            </>
          ) : (
            "never used"
          )}
        </span>
      </span>
    </>
  );
}

function Details({ connection }: { connection: Connection }) {
  const { app, organization, user, scopes, allProjects, projects, createdAt, updatedAt } = connection;
  return (
    <Facts>
      <Fact name="Organization">
        <Name>{organization.name}</Name>
      </Fact>
      <Fact name="Projects">
        {allProjects ? (
          "All, and those still to come"
        ) : (
          <ul className="flex flex-col gap-1">
            {projects.map((project) => (
              <li key={project.id}>
                {project.name === null ? (
                  <span className="text-muted">A project that was deleted</span>
                ) : (
                  <Name>{project.name}</Name>
                )}
              </li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact name="It may">
        <Permissions scopes={scopes} />
      </Fact>
      <Fact name="Publisher">
        {app.publisher ? <Name>{app.publisher}</Name> : <span className="text-muted">Unknown</span>}
        {app.homepage && <span className="block text-muted">{plainName(app.homepage)}</span>}
      </Fact>
      <Fact name="Connected by">
        <Name>{user.name}</Name>, <RelativeTime value={createdAt} />
        {updatedAt !== createdAt && (
          <>
            {"; authorized again "}
            <RelativeTime value={updatedAt} />
          </>
        )}
      </Fact>
      <Fact name="Connection id">
        <CopyId value={connection.id} />
      </Fact>
    </Facts>
  );
}
