import { FILE_FORMATS } from "@parlance/contract/formats";
import { MOST_IMPORT_BYTES } from "@parlance/contract/import-limits";
import { getRouteApi, Link } from "@tanstack/react-router";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { Card } from "../../../components/card.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { Name } from "../../../components/name.tsx";
import { PageTitle } from "../../../components/page-title.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Skeleton, SkeletonRows } from "../../../components/skeleton.tsx";
import { useCall } from "../../../data/queries.ts";
import { Loaded } from "../../../parts/loaded.tsx";
import { MoreRows, Rows } from "../../../parts/rows.tsx";
import { size } from "../../../parts/words.ts";
import { ProjectNav } from "../project-nav.tsx";
import { type Project, useProject, useProjectParams } from "../use-project.ts";
import { ExportCard } from "./export-card.tsx";
import { FilePicker } from "./file-picker.tsx";
import { HEAD_BYTES } from "./guess-file.ts";
import { ImportForm } from "./import-form.tsx";
import { ImportState, summaryOf } from "./import-state.tsx";
import { type Import, settingsOf, useImports } from "./use-import.ts";

const FAMILIES = new Intl.ListFormat("en", { type: "disjunction" }).format(
  new Set(Object.values(FILE_FORMATS).map(({ family }) => family)),
);
const route = getRouteApi("/organizations/$slug/projects/$project/imports");

/** Files in, files out, and what became of those that came in. */
export function ImportsPage() {
  const project = useProject();
  return (
    <>
      <ProjectNav />
      <PageTitle
        title="Import and export"
        description="Bring texts in from files, or take them out as one file."
      />
      <div className="flex flex-col gap-6">
        <Card title="Import a file">
          <Loaded query={project} skeleton={<Skeleton className="h-44 rounded" />}>
            {(found) => <NewImport project={found} />}
          </Loaded>
        </Card>
        <ImportsCard />
        {!project.isError && (
          <Card title="Export" description="What is written now, published or not.">
            <Loaded query={project} skeleton={<Skeleton className="h-48" />}>
              {(found) => <ExportCard project={found} />}
            </Loaded>
          </Card>
        )}
      </div>
    </>
  );
}

function NewImport({ project }: { project: Project }) {
  const { like } = route.useSearch();
  const [chosen, setChosen] = useState<{ file: File; head: string } | null>(null);
  async function choose(file: File) {
    const head = await file.slice(0, HEAD_BYTES).text();
    setChosen({ file, head });
  }
  if (!chosen) {
    return (
      <FilePicker label="Drop a file here, or choose one" onFile={(file) => void choose(file)}>
        {FAMILIES}, up to {size(MOST_IMPORT_BYTES)}. You see how it is read before anything is sent.
      </FilePicker>
    );
  }
  const form = { project, ...chosen, onCancel: () => setChosen(null) };
  return like ? <FormLike {...form} importId={like} /> : <ImportForm {...form} like={null} />;
}

/** Begins with the settings of an earlier import. */
function FormLike({
  importId,
  ...form
}: { importId: string } & Omit<Parameters<typeof ImportForm>[0], "like">) {
  const { projectId } = useProjectParams();
  const query = useCall("imports.get", { projectId, importId });
  return (
    <Loaded query={query} skeleton={<Skeleton className="h-96" />}>
      {(job) => <ImportForm {...form} like={settingsOf(job)} />}
    </Loaded>
  );
}

function ImportsCard() {
  const imports = useImports();
  return (
    <Card flush title="Imports">
      <Loaded query={imports} skeleton={<SkeletonRows rows={3} className="h-[4.25rem]" />}>
        {(items) =>
          items.length === 0 ? (
            <EmptyState icon={FileUp} title="Nothing was imported yet">
              Imports stay here with what they did, and can be left while they run.
            </EmptyState>
          ) : (
            <>
              <Rows label="Imports">
                {items.map((job) => (
                  <ImportRow key={job.id} job={job} />
                ))}
              </Rows>
              <MoreRows query={imports} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function ImportRow({ job }: { job: Import }) {
  const { slug, project } = useProjectParams();
  return (
    <li className="[contain-intrinsic-size:auto_4.25rem] [content-visibility:auto]">
      <Link
        to="/organizations/$slug/projects/$project/imports/$importId"
        params={{ slug, project, importId: job.id }}
        data-row
        className="flex flex-wrap items-center gap-x-4 gap-y-0.5 px-5 py-3.5 text-sm text-ink no-underline -outline-offset-2 hover:bg-hover"
      >
        <span className="flex min-w-0 grow basis-48 flex-wrap items-center gap-x-2 gap-y-1 font-medium">
          <Name>{job.fileName ?? "A file"}</Name>
          <ImportState job={job} />
        </span>
        <span className="text-muted">
          {job.createdBy.name !== null && (
            <>
              <Name>{job.createdBy.name}</Name>,{" "}
            </>
          )}
          <RelativeTime value={job.createdAt} />
        </span>
        <span className="w-full text-muted tabular-nums">{summaryOf(job)}</span>
      </Link>
    </li>
  );
}
