import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { send } from "../../../api.ts";
import { Alert } from "../../../components/alert.tsx";
import { plainName } from "../../../components/name.tsx";
import { PageTitle } from "../../../components/page-title.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import { useOrganization } from "../../../data/organization.tsx";
import { useCall } from "../../../data/queries.ts";
import { BackLink } from "../../../parts/back-link.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { NeedsRole } from "../../../parts/needs-role.tsx";
import type { Metadata } from "./flow.ts";
import { Walk } from "./walk.tsx";

const route = getRouteApi("/organizations/$slug/apps/$appId/try");

/** The whole flow of an app, step by step, with every request and answer. */
export function TryAppPage() {
  const { slug, appId } = route.useParams();
  return (
    <>
      <BackLink to="/organizations/$slug/apps/$appId" params={{ slug, appId }}>
        Back to the app
      </BackLink>
      <NeedsRole role="admin">
        <OneApp appId={appId} />
      </NeedsRole>
    </>
  );
}

function OneApp({ appId }: { appId: string }) {
  const { id: organizationId } = useOrganization();
  const app = useCall("apps.get", { organizationId, appId });
  const metadata = useQuery({
    queryKey: ["authorization server metadata"],
    queryFn: ({ signal }) =>
      send<Metadata>("GET", "/.well-known/oauth-authorization-server", undefined, signal),
  });
  return (
    <Loaded title="Try it" query={app} skeleton={<Waiting />}>
      {(found) => (
        <Loaded title="Try it" query={metadata} skeleton={<Waiting />}>
          {(known) => (
            <>
              <PageTitle
                title={`Try ${plainName(found.name)}`}
                description="Do by hand what your app will do, as yourself, and see every request and answer."
              />
              <div className="flex flex-col gap-6">
                {found.enabled ? (
                  <Walk app={found} metadata={known} />
                ) : (
                  <Alert title="This app is disabled">Enable it first: nobody can connect it now.</Alert>
                )}
              </div>
            </>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton className="mb-6 h-9 w-56" />
      <div className="flex flex-col gap-6">
        <Skeleton className="h-72 rounded" />
        <Skeleton className="h-24 rounded" />
        <Skeleton className="h-24 rounded" />
      </div>
    </>
  );
}
