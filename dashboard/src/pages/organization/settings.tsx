import { useState } from "react";
import { call } from "../../api.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { startAfresh } from "../../data/session.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";

export function OrganizationSettingsPage() {
  const organization = useOrganization();
  const mayRename = useMay("admin");
  const mayDelete = useMay("owner");
  return (
    <>
      <PageTitle title="Settings" description="Name and identity of this organization." />
      <div className="flex flex-col gap-6">
        <Card title="Organization">
          <div className="flex max-w-md flex-col gap-5">
            {mayRename && <Rename />}
            <Facts>
              {!mayRename && (
                <Fact name="Name">
                  <Name>{organization.name}</Name>
                </Fact>
              )}
              <Fact name="Short name">
                <CopyId value={organization.slug} />
              </Fact>
              <Fact name="Organization id">
                <CopyId value={organization.id} />
              </Fact>
            </Facts>
          </div>
        </Card>
        {mayDelete && <DeleteCard />}
      </div>
    </>
  );
}

function Rename() {
  const organization = useOrganization();
  const update = useWrite("organizations.update");
  const toast = useToast();
  const form = useForm({ name: organization.name });
  const name = form.values.name.trim();
  async function save() {
    const send = () => update.mutateAsync({ organizationId: organization.id, name });
    if (await form.submit(send, { name: name ? null : "Give it a name." })) toast({ title: "Name saved" });
  }
  return (
    <Form failure={form.failure} onSubmit={save}>
      <TextField
        label="Name"
        maxLength={120}
        hint="The public addresses of its files stay as they are."
        value={form.values.name}
        error={form.problems.name ?? null}
        onChange={(event) => form.set("name", event.target.value)}
      />
      <div>
        <Button type="submit" busy={form.busy} disabled={name === organization.name}>
          Save name
        </Button>
      </div>
    </Form>
  );
}

function DeleteCard() {
  const { name } = useOrganization();
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title="Delete this organization"
      description="Its projects, translations, apps and connections end for good. Nobody can bring them back."
    >
      <Button variant="danger" onClick={() => setAsking(true)}>
        Delete {plainName(name)} …
      </Button>
      <Dialog open={asking} onOpenChange={setAsking} title={<>Delete {<Name>{name}</Name>}?</>}>
        <DeleteForm onCancel={() => setAsking(false)} />
      </Dialog>
    </Card>
  );
}

/** The short name is asked for, because anybody can type it, whatever script the name is in. */
function DeleteForm({ onCancel }: { onCancel: () => void }) {
  const { id: organizationId, slug } = useOrganization();
  const form = useForm({ typed: "" });
  async function submit() {
    const check = { typed: form.values.typed.trim() === slug ? null : `Type ${slug} to confirm.` };
    await form.submit(async () => {
      await call("organizations.delete", { organizationId });
      await startAfresh("/");
    }, check);
  }
  return (
    <Form failure={form.failure} onSubmit={submit}>
      <p className="text-sm text-muted">
        Everything in it is deleted: projects and their translations, published files, members, apps and their
        connections. Apps and sites that read its files get nothing any more.
      </p>
      <TextField
        label={`Type ${slug} to confirm`}
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        value={form.values.typed}
        error={form.problems.typed ?? null}
        onChange={(event) => form.set("typed", event.target.value)}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="danger" busy={form.busy}>
          Delete organization
        </Button>
      </div>
    </Form>
  );
}
