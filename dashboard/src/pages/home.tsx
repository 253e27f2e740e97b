import { Navigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { lastOrganization, useMemberships } from "../data/organization.tsx";
import { PagePending } from "../layout/page-states.tsx";
import { Loaded } from "../parts/loaded.tsx";

// Whoever has an organization never sees it.
const FirstOrganization = lazy(() => import("./first-organization.tsx"));

/** `/`: on to the organization last worked in, or to the first one that has to be made. */
export function HomePage() {
  return (
    <Loaded query={useMemberships()} skeleton={<PagePending />}>
      {(memberships) => {
        const organization = lastOrganization(memberships);
        if (organization)
          return <Navigate to="/organizations/$slug" params={{ slug: organization.slug }} replace />;
        return (
          <Suspense fallback={<PagePending />}>
            <FirstOrganization />
          </Suspense>
        );
      }}
    </Loaded>
  );
}
