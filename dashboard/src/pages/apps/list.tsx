import { Link } from "@tanstack/react-router";
import { Blocks, Plus, PowerOff } from "lucide-react";
import { AppIcon } from "../../components/app-icon.tsx";
import { Badge } from "../../components/badge.tsx";
import { buttonClass } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Name } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { type Item, useList } from "../../data/queries.ts";
import { GuideLink } from "../../parts/guide-link.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";
import { MoreRows, Rows } from "../../parts/rows.tsx";
import { count } from "../../parts/words.ts";
import { APP_TYPES } from "./types.ts";

export function AppsPage() {
  const mayRegister = useMay("admin");
  return (
    <>
      <PageTitle
        title="Apps"
        description={
          <>
            Programs of yours that people can connect to their organizations, through OAuth.{" "}
            <GuideLink to="connect">How an app connects</GuideLink>
          </>
        }
        actions={mayRegister && <RegisterLink />}
      />
      <NeedsRole role="admin">
        <AppList />
      </NeedsRole>
    </>
  );
}

function AppList() {
  const { id: organizationId, slug } = useOrganization();
  const apps = useList("apps.list", { organizationId });
  return (
    <Card flush>
      <Loaded query={apps} skeleton={<SkeletonRows rows={3} className="h-[4.25rem]" />}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={Blocks} title="No apps yet" action={<RegisterLink />}>
              Register one to get a client id. Then its users can let it read keys, write translations or
              publish, each in their own organization.
            </EmptyState>
          ) : (
            <>
              <Rows label="Apps">
                {items.map((app) => (
                  <AppRow key={app.id} app={app} slug={slug} />
                ))}
              </Rows>
              <MoreRows query={apps} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function AppRow({ app, slug }: { app: Item<"apps.list">; slug: string }) {
  return (
    <li className="[contain-intrinsic-size:auto_4.25rem] [content-visibility:auto]">
      <Link
        to="/organizations/$slug/apps/$appId"
        params={{ slug, appId: app.id }}
        data-row
        className="flex items-center gap-3 px-5 py-3.5 text-sm text-ink no-underline -outline-offset-2 hover:bg-hover"
      >
        <AppIcon name={app.name} src={app.iconUrl} />
        <span className="min-w-0 grow">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <Name className="font-medium">{app.name}</Name>
            {app.verified && <Badge tone="accent">Verified</Badge>}
            {!app.enabled && <Badge icon={PowerOff}>Disabled</Badge>}
          </span>
          <span className="mt-0.5 block text-muted">
            {APP_TYPES[app.type].label} · {count(app.connectionCount, "connection")}
          </span>
        </span>
      </Link>
    </li>
  );
}

function RegisterLink() {
  const { slug } = useOrganization();
  return (
    <Link
      to="/organizations/$slug/apps/register"
      params={{ slug }}
      className={buttonClass({ variant: "primary" })}
    >
      <Plus aria-hidden />
      Register app
    </Link>
  );
}
