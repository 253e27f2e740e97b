import { getRouteApi, Link } from "@tanstack/react-router";
import { Folder, Plus } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Name } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { type Item, useList } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Rows } from "../../parts/rows.tsx";
import { count, languageName } from "../../parts/words.ts";

const CreateProject = lazy(() => import("./create-project.tsx"));
const route = getRouteApi("/organizations/$slug/");

export function ProjectsPage() {
  const organization = useOrganization();
  const mayCreate = useMay("admin");
  const { create = false } = route.useSearch();
  const navigate = route.useNavigate();
  const projects = useList("projects.list", { organizationId: organization.id });
  const setCreating = (open: boolean) =>
    void navigate({ search: open ? { create: true } : {}, replace: !open });
  const button = (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      Create project
    </Button>
  );
  return (
    <>
      <PageTitle
        title="Projects"
        description="Each holds the texts of one product in all its languages."
        actions={mayCreate && button}
      />
      <Card flush>
        <Loaded query={projects} skeleton={<SkeletonRows rows={4} className="h-[4.25rem]" />}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState icon={Folder} title="No projects yet" action={mayCreate && button}>
                {mayCreate
                  ? "Create one for each product or site you translate. Connected apps can create projects too, if you let them."
                  : "An owner or admin can create the first one."}
              </EmptyState>
            ) : (
              <>
                <Rows label="Projects">
                  {items.map((project) => (
                    <ProjectRow key={project.id} project={project} slug={organization.slug} />
                  ))}
                </Rows>
                <MoreRows query={projects} />
              </>
            )
          }
        </Loaded>
      </Card>
      {mayCreate && create && (
        <Suspense>
          <CreateProject onClose={() => setCreating(false)} />
        </Suspense>
      )}
    </>
  );
}

function ProjectRow({ project, slug }: { project: Item<"projects.list">; slug: string }) {
  return (
    <li className="[contain-intrinsic-size:auto_4.25rem] [content-visibility:auto]">
      <Link
        to="/organizations/$slug/projects/$project"
        params={{ slug, project: project.slug }}
        data-row
        className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-5 py-3.5 text-sm text-ink no-underline -outline-offset-2 hover:bg-hover"
      >
        <span className="min-w-0 grow font-medium">
          <Name>{project.name}</Name>
        </span>
        <span className="text-muted max-sm:hidden">
          created <RelativeTime value={project.createdAt} />
        </span>
        <span className="w-full text-muted">{languagesOf(project)}</span>
      </Link>
    </li>
  );
}

function languagesOf({ sourceLanguage, languages }: Item<"projects.list">): string {
  const name = (code: string) => languageName(code) ?? code;
  if (languages.length === 0) return `${name(sourceLanguage)}, no target language yet`;
  const shown = languages.length > 4 ? languages.slice(0, 3) : languages;
  const more = languages.length - shown.length;
  return `${name(sourceLanguage)} → ${shown.map(name).join(", ")}${more ? ` and ${count(more, "more", "more")}` : ""}`;
}
