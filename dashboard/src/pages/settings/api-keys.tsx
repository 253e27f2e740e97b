import { Navigate } from "@tanstack/react-router";
import { lastOrganization, useMemberships } from "../../data/organization.tsx";
import { PagePending } from "../../layout/page-states.tsx";
import { Loaded } from "../../parts/loaded.tsx";

/** Where programs send people for a key (contract/admin-and-other §10): to those of the organization last worked in. */
export function MyApiKeysPage() {
  return (
    <Loaded query={useMemberships()} skeleton={<PagePending />}>
      {(memberships) => {
        const organization = lastOrganization(memberships);
        if (!organization) return <Navigate to="/" replace />;
        return <Navigate to="/organizations/$slug/api-keys" params={{ slug: organization.slug }} replace />;
      }}
    </Loaded>
  );
}
