import { getRouteApi } from "@tanstack/react-router";
import { KeyRound, Plus, SearchX } from "lucide-react";
import { lazy, Suspense, useCallback, useState } from "react";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { Skeleton, SkeletonRows } from "../../components/skeleton.tsx";
import { useList } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows } from "../../parts/rows.tsx";
import { count } from "../../parts/words.ts";
import { KeyFilters } from "./key-filters.tsx";
import { requestOf, type Search, shownLanguages } from "./key-search.ts";
import { KeyShortcuts } from "./key-shortcuts.tsx";
import { type Key, KeyTable } from "./key-table.tsx";
import { ProjectNav } from "./project-nav.tsx";
import { readKeySearch } from "./read-search.ts";
import { SelectedKeys } from "./selected-keys.tsx";
import { type Project, useProject, useProjectParams } from "./use-project.ts";

const CreateKey = lazy(() => import("./create-key.tsx"));
const KeyPanel = lazy(() => import("./key-panel.tsx"));
/** The most that one call answers: who jumps to the end of ten thousand keys waits for forty calls. */
const PAGE_SIZE = 250;
/** Keeps the line, so that nothing moves when it is known. */
const NOTHING_YET = "\u00a0";
const route = getRouteApi("/organizations/$slug/projects/$project/keys");

/** Every key of the project with its texts, to read, find and write. */
export function KeysPage() {
  const project = useProject();
  const [creating, setCreating] = useState(false);
  return (
    <div data-wide>
      <ProjectNav />
      <PageTitle
        title="Keys"
        description={project.data ? count(project.data.keyCount, "key") : NOTHING_YET}
        actions={
          <>
            <KeyShortcuts />
            <Button variant="primary" onClick={() => setCreating(true)}>
              <Plus aria-hidden />
              Create key
            </Button>
          </>
        }
      />
      <Loaded query={project} skeleton={<Waiting />}>
        {(found) => (
          <>
            <Keys project={found} onCreate={() => setCreating(true)} />
            {creating && (
              <Suspense>
                <CreateKey project={found} onClose={() => setCreating(false)} />
              </Suspense>
            )}
          </>
        )}
      </Loaded>
    </div>
  );
}

function Keys({ project, onCreate }: { project: Project; onCreate: () => void }) {
  const { projectId } = useProjectParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [opened, setOpened] = useState<Key | null>(null);
  const targets = shownLanguages(
    project.languages.filter(({ isSource }) => !isSource).map(({ code }) => code),
    search,
  );
  const query = requestOf(projectId, search, targets[0] ?? project.sourceLanguage);
  const keys = useList("keys.list", query, { pageSize: PAGE_SIZE });
  const { fetchNextPage, isFetching } = keys;
  // After a failure only the button beneath tries again.
  const hasMore = keys.hasNextPage && !keys.isFetchNextPageError;
  const change = (part: Search) =>
    void navigate({ search: (before) => readKeySearch({ ...before, ...part }), replace: true });
  const more = useCallback(() => {
    if (!isFetching) void fetchNextPage();
  }, [fetchNextPage, isFetching]);
  const isFiltered = Boolean(search.q || search.namespace || search.tag || search.state);
  return (
    <>
      <KeyFilters project={project} search={search} languages={targets} onChange={change} />
      <section aria-label="Keys and texts" className="rounded border border-line bg-surface">
        <Loaded query={keys} skeleton={<SkeletonRows rows={16} className="h-10" />}>
          {(items) =>
            items.length === 0 && !keys.hasNextPage ? (
              <EmptyState
                icon={isFiltered ? SearchX : KeyRound}
                title={isFiltered ? "No key matches" : "No keys yet"}
                action={
                  isFiltered ? (
                    <Button onClick={() => change({ q: "", namespace: "", tag: "", state: "" })}>
                      Show all keys
                    </Button>
                  ) : (
                    <Button onClick={onCreate}>Create key</Button>
                  )
                }
              >
                {isFiltered
                  ? "Nothing has this text, namespace and state."
                  : "A key names a text in your product. Create one here, or let a connected app do it."}
              </EmptyState>
            ) : (
              <>
                <KeyTable
                  // Another question begins at its first row.
                  key={JSON.stringify(query)}
                  projectId={projectId}
                  keys={items}
                  sourceLanguage={project.sourceLanguage}
                  targets={targets}
                  hasMore={hasMore}
                  onMore={more}
                  onOpen={setOpened}
                  selected={({ has, clear }) => (
                    <SelectedKeys
                      project={project}
                      keys={items.filter(({ id }) => has(id))}
                      onClear={clear}
                    />
                  )}
                />
                <MoreRows query={keys} auto={items.length === 0} />
              </>
            )
          }
        </Loaded>
      </section>
      {opened && (
        <Suspense>
          <KeyPanel
            entry={opened}
            project={project}
            onTag={(tag) => {
              setOpened(null);
              change({ tag });
            }}
            onClose={() => setOpened(null)}
          />
        </Suspense>
      )}
    </>
  );
}

function Waiting() {
  return (
    <>
      <Skeleton className="mb-4 h-16" />
      <div className="rounded border border-line bg-surface">
        <SkeletonRows rows={16} className="h-10" />
      </div>
    </>
  );
}
