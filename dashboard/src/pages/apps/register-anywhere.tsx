import { hasRole } from "@parlance/contract/roles";
import { Navigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { lastOrganization, useMemberships } from "../../data/organization.tsx";
import { PagePending } from "../../layout/page-states.tsx";
import { Loaded } from "../../parts/loaded.tsx";

const FirstOrganization = lazy(() => import("../first-organization.tsx"));

/**
 * `/apps/register?name=…&redirectUri=…`: where programs send developers, whose organizations they do not know. On to the form of
 * an organization that they may register apps in, the one last worked in first.
 */
export function RegisterAnywherePage() {
  return (
    <Loaded query={useMemberships()} skeleton={<PagePending />}>
      {(memberships) => {
        const mayRegister = memberships.filter(({ role }) => hasRole(role, "admin"));
        const organization = lastOrganization(mayRegister) ?? lastOrganization(memberships);
        if (organization) {
          const { slug } = organization;
          return <Navigate to="/organizations/$slug/apps/register" params={{ slug }} search replace />;
        }
        return (
          <Suspense fallback={<PagePending />}>
            <FirstOrganization />
          </Suspense>
        );
      }}
    </Loaded>
  );
}
