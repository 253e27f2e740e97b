import type { Output } from "@parlance/contract/operations";
import { getRouteApi, Link } from "@tanstack/react-router";
import { FlaskConical, PowerOff } from "lucide-react";
import { Alert } from "../../components/alert.tsx";
import { AppIcon } from "../../components/app-icon.tsx";
import { Badge } from "../../components/badge.tsx";
import { buttonClass } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useCall } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";
import { count } from "../../parts/words.ts";
import { AppDetails } from "./app-details.tsx";
import { AppDevices } from "./app-devices.tsx";
import { AppEnding } from "./app-ending.tsx";
import { AppIconCard } from "./app-icon-card.tsx";
import { AppSecrets } from "./app-secrets.tsx";
import { BackToApps } from "./back-to-apps.tsx";
import { ConnectExample } from "./connect-example.tsx";
import { APP_TYPES } from "./types.ts";

const route = getRouteApi("/organizations/$slug/apps/$appId");

export type App = Output<"apps.get">;

export function AppPage() {
  return (
    <>
      <BackToApps />
      <NeedsRole role="admin">
        <OneApp />
      </NeedsRole>
    </>
  );
}

function OneApp() {
  const { appId } = route.useParams();
  const { id: organizationId } = useOrganization();
  const query = useCall("apps.get", { organizationId, appId });
  return (
    <Loaded title="App" query={query} skeleton={<Waiting />}>
      {(app) => (
        <>
          <Heading app={app} />
          <div className="flex flex-col gap-6">
            {!app.enabled && (
              <Alert title="This app is disabled">
                Nobody can connect it, and its former connections ended.
              </Alert>
            )}
            <Card title="Identity">
              <Facts>
                <Fact name="Client id">
                  <CopyId value={app.id} />
                </Fact>
                <Fact name="Type">
                  {APP_TYPES[app.type].label}, {app.confidential ? "with a secret" : "without a secret"}
                </Fact>
                <Fact name="Connections">{count(app.connectionCount, "connection")}</Fact>
                <Fact name="Registered">
                  <RelativeTime value={app.createdAt} />
                </Fact>
              </Facts>
            </Card>
            {app.confidential && <AppSecrets app={app} />}
            {/* A fresh form when somebody else changed the app. */}
            <AppDetails
              key={JSON.stringify([app.name, app.homepage, app.redirectUris, app.scopes])}
              app={app}
            />
            <AppIconCard app={app} />
            <Card title="Connect it" actions={<TryIt />}>
              <ConnectExample app={app} />
            </Card>
            {app.type !== "spa" && <AppDevices app={app} />}
            <AppEnding app={app} />
          </div>
        </>
      )}
    </Loaded>
  );
}

function TryIt() {
  const { slug, appId } = route.useParams();
  return (
    <Link
      to="/organizations/$slug/apps/$appId/try"
      params={{ slug, appId }}
      className={buttonClass({ size: "sm" })}
    >
      <FlaskConical aria-hidden />
      Try it
    </Link>
  );
}

function Heading({ app }: { app: App }) {
  return (
    <PageTitle
      title={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <AppIcon name={app.name} src={app.iconUrl} />
          <Name className="min-w-0">{app.name}</Name>
          {app.verified && <Badge tone="accent">Verified</Badge>}
          {!app.enabled && <Badge icon={PowerOff}>Disabled</Badge>}
        </span>
      }
      documentTitle={plainName(app.name)}
    />
  );
}

function Waiting() {
  return (
    <>
      <Skeleton className="mb-6 h-9 w-56" />
      <div className="flex flex-col gap-6">
        <Skeleton className="h-48 rounded" />
        <Skeleton className="h-44 rounded" />
        <Skeleton className="h-96 rounded" />
      </div>
    </>
  );
}
