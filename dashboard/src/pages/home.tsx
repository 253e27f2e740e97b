import { Navigate } from "@tanstack/react-router";
import { Card } from "../components/card.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { lastOrganization, useMemberships } from "../data/organization.tsx";
import { PagePending } from "../layout/page-states.tsx";
import { CreateOrganizationForm } from "../parts/create-organization-form.tsx";
import { Loaded } from "../parts/loaded.tsx";

/** `/`: on to the organization last worked in, or to the first one that has to be made. */
export function HomePage() {
  return (
    <Loaded query={useMemberships()} skeleton={<PagePending />}>
      {(memberships) => {
        const organization = lastOrganization(memberships);
        if (organization)
          return <Navigate to="/organizations/$slug" params={{ slug: organization.slug }} replace />;
        return (
          <div className="mx-auto max-w-lg">
            <PageTitle
              title="Create your first organization"
              description="An organization holds your projects, the people who work on them and the apps you connect. If somebody invited you, open the link in their e-mail instead."
            />
            <Card>
              <CreateOrganizationForm />
            </Card>
          </div>
        );
      }}
    </Loaded>
  );
}
