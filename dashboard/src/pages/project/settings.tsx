import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { useForm } from "../../parts/use-form.ts";
import { count, languageName } from "../../parts/words.ts";
import { ProjectNav } from "./project-nav.tsx";
import { type Project, useProject } from "./use-project.ts";
import { WritingCard } from "./writing-card.tsx";

/** Name, rules for what is written, and the end of a project. */
export function ProjectSettingsPage() {
  const query = useProject();
  const mayChange = useMay("admin");
  return (
    <>
      <ProjectNav />
      <PageTitle title="Settings" description="Name of this project and rules for its texts." />
      <Loaded query={query} skeleton={<Waiting />}>
        {(project) => (
          <div className="flex flex-col gap-6">
            <Card title="Project">
              <div className="flex flex-col gap-5">
                {mayChange && <Rename key={project.id} project={project} />}
                <Facts>
                  {!mayChange && (
                    <Fact name="Name">
                      <Name>{project.name}</Name>
                    </Fact>
                  )}
                  <Fact name="Short name">
                    <CopyId value={project.slug} />
                  </Fact>
                  <Fact name="Project id">
                    <CopyId value={project.id} />
                  </Fact>
                  <Fact name="Source language">
                    {languageName(project.sourceLanguage) ?? project.sourceLanguage}
                  </Fact>
                </Facts>
              </div>
            </Card>
            <WritingCard key={`${project.id} rules`} project={project} mayChange={mayChange} />
            {mayChange && <DeleteCard project={project} />}
          </div>
        )}
      </Loaded>
    </>
  );
}

function Rename({ project }: { project: Project }) {
  const update = useWrite("projects.update");
  const toast = useToast();
  const form = useForm({ name: project.name });
  const name = form.values.name.trim();
  async function save() {
    const send = () => update.mutateAsync({ projectId: project.id, name });
    if (await form.submit(send, { name: name ? null : "Give it a name." })) toast({ title: "Name saved" });
  }
  return (
    <Form failure={form.failure} onSubmit={save}>
      <TextField
        className="max-w-md"
        label="Name"
        maxLength={120}
        hint="The public addresses of its files stay as they are."
        value={form.values.name}
        error={form.problems.name ?? null}
        onChange={(event) => form.set("name", event.target.value)}
      />
      <div>
        <Button type="submit" busy={form.busy} disabled={name === project.name}>
          Save name
        </Button>
      </div>
    </Form>
  );
}

function DeleteCard({ project }: { project: Project }) {
  const [asking, setAsking] = useState(false);
  return (
    <Card
      title="Delete this project"
      description="Its keys, texts and published files end for good. Nobody can bring them back."
    >
      <Button variant="danger" onClick={() => setAsking(true)}>
        Delete {plainName(project.name)} …
      </Button>
      <Dialog open={asking} onOpenChange={setAsking} title={<>Delete {<Name>{project.name}</Name>}?</>}>
        <DeleteForm project={project} onCancel={() => setAsking(false)} />
      </Dialog>
    </Card>
  );
}

/** The short name is asked for, because anybody can type it, whatever script the name is in. */
function DeleteForm({ project, onCancel }: { project: Project; onCancel: () => void }) {
  const { slug } = useOrganization();
  const navigate = useNavigate();
  const toast = useToast();
  const remove = useWrite("projects.delete", () =>
    navigate({ to: "/organizations/$slug", params: { slug } }),
  );
  const form = useForm({ typed: "" });
  async function submit() {
    const check = {
      typed: form.values.typed.trim() === project.slug ? null : `Type ${project.slug} to confirm.`,
    };
    const send = () => remove.mutateAsync({ projectId: project.id });
    if (await form.submit(send, check)) toast({ title: `Deleted ${plainName(project.name)}` });
  }
  return (
    <Form failure={form.failure} onSubmit={submit}>
      <p className="text-sm text-muted">
        {count(project.keyCount, "key")} in {count(project.languages.length, "language")} are deleted with
        their history and releases. Apps and sites that read its files get nothing any more, within a second.
      </p>
      <TextField
        label={`Type ${project.slug} to confirm`}
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
          Delete project
        </Button>
      </div>
    </Form>
  );
}

function Waiting() {
  return (
    <div className="flex flex-col gap-6">
      <Skeleton className="h-80 rounded" />
      <Skeleton className="h-72 rounded" />
    </div>
  );
}
