import { call } from "../../api.ts";
import { Card } from "../../components/card.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Name } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { startAfresh } from "../../data/session.ts";
import { DeleteCard } from "../../parts/delete-card.tsx";
import { Fact, Facts } from "../../parts/facts.tsx";
import { NameForm } from "../../parts/name-form.tsx";

export function OrganizationSettingsPage() {
  const { id: organizationId, name, slug } = useOrganization();
  const update = useWrite("organizations.update");
  const mayRename = useMay("admin");
  const mayDelete = useMay("owner");
  async function remove() {
    await call("organizations.delete", { organizationId });
    await startAfresh("/");
  }
  return (
    <>
      <PageTitle title="Settings" description="Name and identity of this organization." />
      <div className="flex flex-col gap-6">
        <Card title="Organization">
          <div className="flex flex-col gap-5">
            {mayRename && (
              <NameForm
                name={name}
                onSave={(changed) => update.mutateAsync({ organizationId, name: changed })}
              />
            )}
            <Facts>
              {!mayRename && (
                <Fact name="Name">
                  <Name>{name}</Name>
                </Fact>
              )}
              <Fact name="Short name">
                <CopyId value={slug} />
              </Fact>
              <Fact name="Organization id">
                <CopyId value={organizationId} />
              </Fact>
            </Facts>
          </div>
        </Card>
        {mayDelete && (
          <DeleteCard
            kind="organization"
            name={name}
            slug={slug}
            description="Its projects, translations, apps, keys and connections end for good. Nobody can bring them back."
            consequence="Everything in it is deleted: projects and their translations, published files, members, apps and their connections. Apps and sites that read its files get nothing any more."
            onDelete={remove}
          />
        )}
      </div>
    </>
  );
}
