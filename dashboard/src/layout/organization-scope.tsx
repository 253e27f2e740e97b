import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { useEffect } from "react";
import { buttonClass } from "../components/button.tsx";
import { EmptyState } from "../components/empty-state.tsx";
import { OrganizationProvider, rememberOrganization, useMemberships } from "../data/organization.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { PagePending } from "./page-states.tsx";

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
          <EmptyState
            icon={Building2}
            title="This organization is not among yours"
            action={
              <Link to="/" className={buttonClass()}>
                Go to your projects
              </Link>
            }
          >
            It does not exist, or your account is not a member. Ask one of its admins for an invitation.
          </EmptyState>
        )
      }
    </Loaded>
  );
}
