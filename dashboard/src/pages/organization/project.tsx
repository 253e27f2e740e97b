import type { Output } from "@parlance/contract/operations";
import { getRouteApi } from "@tanstack/react-router";
import { Languages, Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyButton, CopyId } from "../../components/copy-button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useMay } from "../../data/organization.tsx";
import { useCall } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { Row, Rows } from "../../parts/rows.tsx";
import { count, number } from "../../parts/words.ts";
import { ProjectNav } from "../project/project-nav.tsx";

const AddLanguage = lazy(() => import("./add-language.tsx"));
const route = getRouteApi("/organizations/$slug/projects/$project");
type Project = Output<"projects.get">;
type Language = Project["languages"][number];

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

function LanguagesCard({ project }: { project: Project }) {
  const mayAdd = useMay("admin");
  const [adding, setAdding] = useState(false);
  const targets = project.languages.filter((language) => !language.isSource);
  const button = mayAdd && (
    <Button onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Add language
    </Button>
  );
  return (
    <Card flush title="Languages" actions={button}>
      <Rows label="Languages">
        {[...project.languages].sort(sourceFirst).map((language) => (
          <LanguageRow key={language.code} language={language} keyCount={project.keyCount} />
        ))}
      </Rows>
      {targets.length === 0 && (
        <EmptyState icon={Languages} title="No target language yet">
          {mayAdd ? "Add the languages you translate into." : "An owner or admin can add one."}
        </EmptyState>
      )}
      {adding && (
        <Suspense>
          <AddLanguage project={project} onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </Card>
  );
}

function LanguageRow({ language, keyCount }: { language: Language; keyCount: number }) {
  const { code, name, status, isSource, translated, coverage } = language;
  return (
    <Row>
      <p className="flex min-w-0 grow basis-48 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{name}</span>
        <span className="font-mono text-xs text-muted">{code}</span>
        {isSource && <Badge>Source</Badge>}
        {status === "draft" && <Badge>Draft</Badge>}
      </p>
      <p className="flex items-center gap-3 text-muted tabular-nums">
        <Meter percent={coverage} />
        <span>
          {number(translated)} of {count(keyCount, "key")}
        </span>
      </p>
    </Row>
  );
}

function sourceFirst(one: Language, other: Language): number {
  return Number(other.isSource) - Number(one.isSource) || one.name.localeCompare(other.name);
}

/** Decoration: the numbers stand beside it. An attribute of the picture, because styles must not be inline. */
function Meter({ percent }: { percent: number }) {
  return (
    <svg
      aria-hidden
      className="h-1.5 w-24 rounded-full bg-sunken rtl:-scale-x-100"
      preserveAspectRatio="none"
    >
      <rect width={`${Math.min(100, percent)}%`} height="100%" className="fill-accent" />
    </svg>
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
