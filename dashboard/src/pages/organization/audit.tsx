import { getRouteApi } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useList } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";
import { MoreRows, Rows } from "../../parts/rows.tsx";
import { AuditFilters, useAppNames } from "./audit-filters.tsx";
import { AuditRow } from "./audit-row.tsx";

const route = getRouteApi("/organizations/$slug/audit");

export function AuditPage() {
  return (
    <>
      <PageTitle
        title="Audit"
        description="Who did what in this organization, and what was refused. Newest first."
      />
      <NeedsRole role="admin">
        <AuditList />
      </NeedsRole>
    </>
  );
}

function AuditList() {
  const { id: organizationId } = useOrganization();
  const { action, app } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (next: { action?: string; app?: string }) => void navigate({ search: next, replace: true });
  const entries = useList("audit.list", {
    organizationId,
    ...(action && { action }),
    ...(app && { appId: app }),
  });
  const apps = useAppNames();
  const isFiltered = Boolean(action || app);
  return (
    <>
      <AuditFilters action={action} app={app} apps={apps} onChange={filter} />
      <Card flush>
        <Loaded query={entries} skeleton={<SkeletonRows rows={8} className="h-14" />}>
          {(items) =>
            items.length === 0 && !entries.hasNextPage ? (
              <EmptyState
                icon={ScrollText}
                title={isFiltered ? "Nothing matches" : "Nothing happened yet"}
                action={isFiltered && <Button onClick={() => filter({})}>Show everything</Button>}
              >
                {isFiltered
                  ? "No entry has this action and this app."
                  : "Connections, members, apps and every write appear here."}
              </EmptyState>
            ) : (
              <>
                <Rows label="Audit entries">
                  {items.map((entry) => (
                    <AuditRow
                      key={entry.id}
                      entry={entry}
                      appName={entry.appId ? apps.get(entry.appId) : undefined}
                      onApp={(id) => filter({ ...(action && { action }), app: id })}
                    />
                  ))}
                </Rows>
                <MoreRows query={entries} auto />
              </>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}
