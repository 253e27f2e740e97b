import { FILE_FORMATS } from "@parlance/contract/formats";
import { getRouteApi, Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { Card } from "../../../components/card.tsx";
import { CopyId } from "../../../components/copy-button.tsx";
import { Name, plainName } from "../../../components/name.tsx";
import { PageTitle } from "../../../components/page-title.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { Skeleton } from "../../../components/skeleton.tsx";
import { Fact, Facts } from "../../../parts/facts.tsx";
import { Loaded } from "../../../parts/loaded.tsx";
import { languageName, number, size } from "../../../parts/words.ts";
import { ProjectNav } from "../project-nav.tsx";
import { useProjectParams } from "../use-project.ts";
import { ImportProblems } from "./import-problems.tsx";
import { ImportProgress } from "./import-progress.tsx";
import { ImportReport } from "./import-report.tsx";
import { ImportState } from "./import-state.tsx";
import { EXISTING, STATUSES } from "./import-words.ts";
import { type Import, isOver, useImport } from "./use-import.ts";

const route = getRouteApi("/organizations/$slug/projects/$project/imports/$importId");

/** One import: how far it is, what it did, and what was wrong in its file. */
export function ImportPage() {
  const { importId } = route.useParams();
  const { slug, project } = useProjectParams();
  const query = useImport(importId);
  return (
    <>
      <ProjectNav />
      <p className="mb-2 text-sm">
        <Link
          to="/organizations/$slug/projects/$project/imports"
          params={{ slug, project }}
          className="inline-flex items-center gap-1 rounded-sm text-muted no-underline hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />
          All imports
        </Link>
      </p>
      <Loaded title="Import" query={query} skeleton={<Waiting />}>
        {(job) => (
          <>
            <PageTitle
              title={
                <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
                  <Name>{job.fileName ?? "A file"}</Name>
                  <ImportState job={job} />
                </span>
              }
              documentTitle={plainName(job.fileName ?? "A file")}
              description={
                <>
                  {job.createdBy.name !== null && (
                    <>
                      <Name>{job.createdBy.name}</Name>,{" "}
                    </>
                  )}
                  <RelativeTime value={job.createdAt} />
                </>
              }
            />
            <div className="flex flex-col gap-6">
              <Card title={isOver(job) ? "Report" : "Progress"}>
                {isOver(job) ? <ImportReport job={job} /> : <ImportProgress job={job} />}
                {(job.startedAt !== null || isOver(job)) && <Counts job={job} />}
              </Card>
              {job.problems > 0 && <ImportProblems job={job} />}
              <SettingsCard job={job} />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

/** What was done so far; in a trial, what would be. */
function Counts({ job }: { job: Import }) {
  const counts: [string, number][] = [
    ["Keys created", job.keysCreated],
    ["Keys changed", job.keysUpdated],
    ["Texts added", job.valuesCreated],
    ["Texts changed", job.valuesUpdated],
    ["Texts as before", job.unchanged],
    ["Rows refused", job.rejected],
    ["Warnings", job.warnings],
  ];
  return (
    <dl className="mt-5 grid grid-cols-2 gap-x-6 gap-y-4 border-t border-line pt-4 text-sm sm:grid-cols-4">
      {counts.map(([name, amount]) => (
        <div key={name} className="flex flex-col-reverse">
          <dt className="text-muted">{name}</dt>
          <dd className="text-lg font-semibold tabular-nums">{number(amount)}</dd>
        </div>
      ))}
    </dl>
  );
}

function SettingsCard({ job }: { job: Import }) {
  return (
    <Card title="Settings">
      <Facts>
        <Fact name="File">
          <bdi className="break-all">{job.fileName ?? "Without a name"}</bdi>, {size(job.size)}
        </Fact>
        <Fact name="Format">{FILE_FORMATS[job.format].name}</Fact>
        {job.language && <Fact name="Language">{languageName(job.language) ?? job.language}</Fact>}
        {job.namespace && (
          <Fact name="Namespace">
            <code dir="ltr" className="font-mono text-[0.92em] break-all">
              {job.namespace}
            </code>
          </Fact>
        )}
        <Fact name="State of the texts">{STATUSES[job.status]}</Fact>
        <Fact name="A text that is there">{EXISTING[job.existing]}</Fact>
        {job.message && (
          <Fact name="Message">
            <bdi>{job.message}</bdi>
          </Fact>
        )}
        <Fact name="Import id">
          <CopyId value={job.id} />
        </Fact>
      </Facts>
    </Card>
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
