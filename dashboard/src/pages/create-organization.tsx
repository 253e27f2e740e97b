import { Card } from "../components/card.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { CreateOrganizationForm } from "../parts/create-organization-form.tsx";

export function CreateOrganizationPage() {
  return (
    <div className="mx-auto max-w-lg">
      <PageTitle
        title="Create an organization"
        description="It holds projects, the people who work on them and the apps you connect. You become its owner."
      />
      <Card>
        <CreateOrganizationForm />
      </Card>
    </div>
  );
}
