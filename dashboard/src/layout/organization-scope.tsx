import { getRouteApi, Outlet } from "@tanstack/react-router";
import { useEffect } from "react";
import { OrganizationProvider, rememberOrganization, useMemberships } from "../data/organization.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { DeadEnd, PagePending } from "./page-states.tsx";

const route = getRouteApi("/organizations/$slug");

/** Finds the organization of the address among one's own and hands it to the page inside. */
export function OrganizationScope() {
  const { slug } = route.useParams();
  const memberships = useMemberships();
  const found = memberships.data?.find((one) => one.slug === slug);
  useEffect(() => {
    if (found) rememberOrganization(found.slug);
  }, [found]);
  return (
    <Loaded query={memberships} skeleton={<PagePending />}>
      {() =>
        found ? (
          // Nothing of one organization's page may live on in another's.
          <OrganizationProvider key={found.id} value={found}>
            <Outlet />
          </OrganizationProvider>
        ) : (
          <DeadEnd title="This organization is not among yours">
            It does not exist, or your account is not a member. Ask one of its admins for an invitation.
          </DeadEnd>
        )
      }
    </Loaded>
  );
}
