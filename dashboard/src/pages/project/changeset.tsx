import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { Undo2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { call } from "../../api.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Skeleton, SkeletonRows } from "../../components/skeleton.tsx";
import { BackLink } from "../../parts/back-link.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Row, Rows } from "../../parts/rows.tsx";
import { languageLabel } from "../../parts/words.ts";
import { ChangesetSummary } from "./changeset-summary.tsx";
import { amountOf, type Change, fieldChanges } from "./changeset-words.ts";
import { KeyName } from "./key-name.tsx";
import { ProjectNav } from "./project-nav.tsx";
import { Translation } from "./translation.tsx";
import { useProjectParams } from "./use-project.ts";

const TakeBack = lazy(() => import("./take-back.tsx"));
const route = getRouteApi("/organizations/$slug/projects/$project/changes/$changesetId");
const PAGE_SIZE = 100;

/** One changeset: every key and text it changed, old → new, and the way to take it back. */
export function ChangesetPage() {
  const { slug, project, projectId } = useProjectParams();
  const { changesetId } = route.useParams();
  const [asking, setAsking] = useState(false);
  const query = useChangeset(projectId, changesetId);
  return (
    <>
      <ProjectNav />
      <BackLink to="/organizations/$slug/projects/$project/changes" params={{ slug, project }}>
        All changes
      </BackLink>
      <PageTitle
        title={query.data ? `Change of ${amountOf(query.data)}` : "Change"}
        actions={
          query.data && (
            <Button onClick={() => setAsking(true)}>
              <Undo2 aria-hidden />
              Take back
            </Button>
          )
        }
      />
      <Card flush>
        <Loaded query={query} skeleton={<Waiting />}>
          {(found) => (
            <>
              <div className="border-b border-line px-5 py-4 text-sm">
                <ChangesetSummary changeset={found} />
              </div>
              <Rows label="What changed">
                {found.items.map((change) => (
                  <ChangeRow key={`${change.keyId} ${change.language}`} change={change} />
                ))}
              </Rows>
              <MoreRows query={query} auto />
              {asking && (
                <Suspense>
                  <TakeBack changeset={found} known={found.items} onClose={() => setAsking(false)} />
                </Suspense>
              )}
            </>
          )}
        </Loaded>
      </Card>
    </>
  );
}

/** A changeset with its changes as far as they were read. */
function useChangeset(projectId: string, changesetId: string) {
  const query = useInfiniteQuery({
    queryKey: ["changesets.get", { projectId, changesetId }],
    queryFn: ({ pageParam, signal }) =>
      call("changesets.get", { projectId, changesetId, limit: PAGE_SIZE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.changes.nextCursor ?? undefined,
  });
  const pages = query.data?.pages;
  const first = pages?.[0];
  return { ...query, data: first && { ...first, items: pages.flatMap(({ changes }) => changes.items) } };
}

const KINDS = { created: "New", changed: "Changed", deleted: "Gone" };

function ChangeRow({ change }: { change: Change }) {
  const { name, namespace, language, kind, before, after } = change;
  return (
    <Row className="items-start!">
      <div className="min-w-0 basis-48 max-sm:basis-full">
        <p>
          {name === null ? (
            <span className="text-muted italic">A key that is gone for good</span>
          ) : (
            <KeyName name={name} />
          )}
        </p>
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-muted">
          {language ? languageLabel(language) : "The key itself"}
          <Badge>{KINDS[kind]}</Badge>
          {namespace && namespace !== "default" && <Badge tone="accent">{namespace}</Badge>}
        </p>
      </div>
      <div className="flex min-w-0 grow basis-64 flex-col gap-1">
        {language === null && <KeyChange change={change} />}
        {language !== null && before && (
          <Side language={language} side="before" value={before} other={after} />
        )}
        {language !== null && after && <Side language={language} side="after" value={after} other={before} />}
      </div>
    </Row>
  );
}

type Value = NonNullable<Change["after"]>;

/** One side of a text; its status is named where only that changed. */
function Side({
  language,
  side,
  value,
  other,
}: {
  language: string;
  side: "before" | "after";
  value: Value;
  other: Value | null;
}) {
  const isBefore = side === "before";
  return (
    <div className={isBefore ? "text-muted" : undefined}>
      <p className="flex items-center gap-2">
        <span className={isBefore ? "text-danger-text" : "text-live-text"}>
          {isBefore ? "− before" : "+ after"}
        </span>
        {other?.status !== value.status && <Badge>{value.status}</Badge>}
      </p>
      <Translation language={language} className="line-clamp-6">
        {value.text}
      </Translation>
    </div>
  );
}

function KeyChange({ change }: { change: Change }) {
  if (change.kind !== "changed") {
    return (
      <p className="text-muted">{change.kind === "created" ? "It is there since." : "Moved to the trash."}</p>
    );
  }
  return (
    <dl className="flex flex-col gap-1">
      {fieldChanges(change).map(({ field, before, after }) => (
        <div key={field} className="flex flex-wrap gap-x-2">
          <dt className="text-muted">{field}</dt>
          <dd className="min-w-0 break-words">
            <del className="text-muted">
              <bdi>{before}</bdi>
            </del>{" "}
            → <bdi>{after}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton className="m-5 h-6" />
      <SkeletonRows rows={5} className="h-16" />
    </>
  );
}
