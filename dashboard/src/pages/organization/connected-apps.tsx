import { PageTitle } from "../../components/page-title.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useList, useWrite } from "../../data/queries.ts";
import { Connections } from "../../parts/connections.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";

export function ConnectedAppsPage() {
  return (
    <>
      <PageTitle
        title="Connected apps"
        description="Apps that owners and admins allowed to work in this organization. Revoking ends a connection for everybody."
      />
      <NeedsRole role="admin">
        <OrganizationConnections />
      </NeedsRole>
    </>
  );
}

function OrganizationConnections() {
  const organizationId = useOrganization().id;
  const connections = useList("connections.list", { organizationId });
  const revoke = useWrite("connections.revoke");
  return (
    <Connections
      query={connections}
      showUser
      empty="An app appears here as soon as an owner or admin authorizes it for this organization."
      onRevoke={({ id }) => revoke.mutateAsync({ organizationId, grantId: id })}
    />
  );
}
