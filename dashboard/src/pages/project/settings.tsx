import { useNavigate } from "@tanstack/react-router";
import { Card } from "../../components/card.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useToast } from "../../components/toast.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { DeleteCard } from "../../parts/delete-card.tsx";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NameForm } from "../../parts/name-form.tsx";
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
            <ProjectCard key={project.id} project={project} mayChange={mayChange} />
            <WritingCard key={`${project.id} rules`} project={project} mayChange={mayChange} />
            {mayChange && <DeleteProject project={project} />}
          </div>
        )}
      </Loaded>
    </>
  );
}

function ProjectCard({ project, mayChange }: { project: Project; mayChange: boolean }) {
  const update = useWrite("projects.update");
  const { id: projectId, name, slug, sourceLanguage } = project;
  return (
    <Card title="Project">
      <div className="flex flex-col gap-5">
        {mayChange && (
          <NameForm name={name} onSave={(changed) => update.mutateAsync({ projectId, name: changed })} />
        )}
        <Facts>
          {!mayChange && (
            <Fact name="Name">
              <Name>{name}</Name>
            </Fact>
          )}
          <Fact name="Short name">
            <CopyId value={slug} />
          </Fact>
          <Fact name="Project id">
            <CopyId value={projectId} />
          </Fact>
          <Fact name="Source language">{languageName(sourceLanguage) ?? sourceLanguage}</Fact>
        </Facts>
      </div>
    </Card>
  );
}

function DeleteProject({ project }: { project: Project }) {
  const { slug } = useOrganization();
  const navigate = useNavigate();
  const toast = useToast();
  const remove = useWrite("projects.delete", () =>
    navigate({ to: "/organizations/$slug", params: { slug } }),
  );
  const keys = count(project.keyCount, "key");
  const languages = count(project.languages.length, "language");
  return (
    <DeleteCard
      kind="project"
      name={project.name}
      slug={project.slug}
      description="Its keys, texts and published files end for good. Nobody can bring them back."
      consequence={`${keys} in ${languages} are deleted with their history and releases. Apps and sites that read its files get nothing any more, within a second.`}
      onDelete={async () => {
        await remove.mutateAsync({ projectId: project.id });
        toast({ title: `Deleted ${plainName(project.name)}` });
      }}
    />
  );
}

function Waiting() {
  return (
    <div className="flex flex-col gap-6">
      <Skeleton className="h-80 rounded" />
      <Skeleton className="h-96 rounded" />
    </div>
  );
}
