import { getRouteApi, Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useList } from "../../data/queries.ts";
import { DOORS } from "../../parts/doors.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Rows } from "../../parts/rows.tsx";
import type { Search } from "./changes-search.ts";
import { ChangesetSummary } from "./changeset-summary.tsx";
import type { Changeset } from "./changeset-words.ts";
import { ProjectNav } from "./project-nav.tsx";
import { readChangesSearch } from "./read-search.ts";
import { useProject, useProjectParams } from "./use-project.ts";

const route = getRouteApi("/organizations/$slug/projects/$project/changes");

/** Every write in the project: who, through which door, when, why, and how much. */
export function ChangesPage() {
  const { projectId } = useProjectParams();
  const project = useProject();
  const search = readChangesSearch(route.useSearch());
  const navigate = route.useNavigate();
  const changesets = useList("changesets.list", { projectId, ...search });
  const isFiltered = Boolean(search.via || search.language);
  const change = (part: Search) =>
    void navigate({ search: (before) => readChangesSearch({ ...before, ...part }), replace: true });
  return (
    <>
      <ProjectNav />
      <PageTitle title="Changes" description="Everything that was written, and the way to take it back." />
      <div className="mb-4 grid gap-3 sm:grid-cols-3">
        <SelectField
          label="Written through"
          value={search.via ?? ""}
          options={[
            { value: "", label: "Anything" },
            ...Object.entries(DOORS).map(([value, label]) => ({ value, label })),
          ]}
          onChange={(event) => change({ via: event.target.value })}
        />
        <SelectField
          label="Language"
          value={search.language ?? ""}
          options={[
            { value: "", label: "All" },
            ...(project.data?.languages ?? []).map(({ code, name }) => ({ value: code, label: name })),
          ]}
          onChange={(event) => change({ language: event.target.value })}
        />
      </div>
      <Card flush>
        <Loaded query={changesets} skeleton={<SkeletonRows rows={8} className="h-16" />}>
          {(items) =>
            items.length === 0 && !changesets.hasNextPage ? (
              <EmptyState
                icon={History}
                title={isFiltered ? "Nothing was written so" : "Nothing was written yet"}
                action={
                  isFiltered && (
                    <Button onClick={() => change({ via: "", language: "" })}>Show all changes</Button>
                  )
                }
              >
                {isFiltered
                  ? "Nobody wrote in this language through this door."
                  : "Keys and texts that people, apps and imports write are listed here."}
              </EmptyState>
            ) : (
              <>
                <Rows label="Changes">
                  {items.map((changeset) => (
                    <ChangesetRow key={changeset.id} changeset={changeset} />
                  ))}
                </Rows>
                <MoreRows query={changesets} auto />
              </>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

function ChangesetRow({ changeset }: { changeset: Changeset }) {
  const { slug, project } = useProjectParams();
  return (
    <li className="text-sm [contain-intrinsic-size:auto_4rem] [content-visibility:auto]">
      <Link
        data-row
        to="/organizations/$slug/projects/$project/changes/$changesetId"
        params={{ slug, project, changesetId: changeset.id }}
        className="block px-5 py-3 text-ink no-underline -outline-offset-2 hover:bg-hover"
      >
        <ChangesetSummary changeset={changeset} />
      </Link>
    </li>
  );
}
