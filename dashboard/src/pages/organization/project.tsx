import { getRouteApi } from "@tanstack/react-router";
import { Card } from "../../components/card.tsx";
import { CopyButton, CopyId } from "../../components/copy-button.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useCall } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { count } from "../../parts/words.ts";
import { LanguagesCard } from "../project/languages-card.tsx";
import { ProjectNav } from "../project/project-nav.tsx";
import type { Project } from "../project/use-project.ts";

const route = getRouteApi("/organizations/$slug/projects/$project");

/** One project: its languages and where its files are. */
export function ProjectPage() {
  const { slug, project } = route.useParams();
  const query = useCall("projects.get", { projectId: `${slug}/${project}` });
  return (
    <>
      <ProjectNav />
      <Loaded title="Project" query={query} skeleton={<Waiting />}>
        {(found) => (
          <>
            <PageTitle
              title={<Name>{found.name}</Name>}
              documentTitle={plainName(found.name)}
              description={`${count(found.keyCount, "key")} in ${count(found.namespaces.length, "namespace")}`}
            />
            <div className="flex flex-col gap-6">
              <LanguagesCard project={found} />
              <AddressesCard project={found} />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function AddressesCard({ project }: { project: Project }) {
  const { cdn } = project;
  return (
    <Card
      title="Addresses"
      description="Public, without a key. They serve what was published, and answer 404 until something is."
    >
      <Facts>
        <Fact name="Manifest">
          <Address url={cdn.manifest} />
        </Fact>
        <Fact name="A language's file">
          <Address url={cdn.pattern} />
        </Fact>
        <Fact name="Files">
          {project.fileStructure === "single_file" ? "One per language" : "One per namespace and language"},{" "}
          {project.keyFormat === "nested" ? "nested objects" : "flat keys with dots"}
        </Fact>
        <Fact name="Project id">
          <CopyId value={project.id} />
        </Fact>
      </Facts>
    </Card>
  );
}

function Address({ url }: { url: string }) {
  return (
    <span className="-my-1 flex items-center gap-2">
      <code dir="ltr" className="min-w-0 grow font-mono text-[0.92em] break-all">
        {url}
      </code>
      <CopyButton value={url} label="Copy address" iconOnly />
    </span>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton className="h-7 w-56" />
      <Skeleton className="mt-2 mb-6 h-4 w-40" />
      <div className="flex flex-col gap-6">
        <Skeleton className="h-64 rounded" />
        <Skeleton className="h-56 rounded" />
      </div>
    </>
  );
}
