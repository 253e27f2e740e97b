import { Card } from "../components/card.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { CreateOrganizationForm } from "../parts/create-organization-form.tsx";

/** What somebody sees who belongs to no organization yet. */
export default function FirstOrganization() {
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
}
