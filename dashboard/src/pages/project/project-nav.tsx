import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { Name } from "../../components/name.tsx";
import { useProject, useProjectParams } from "./use-project.ts";

const PAGES = [
  { to: "/organizations/$slug/projects/$project", label: "Overview" },
  { to: "/organizations/$slug/projects/$project/keys", label: "Keys" },
  { to: "/organizations/$slug/projects/$project/changes", label: "Changes" },
  { to: "/organizations/$slug/projects/$project/releases", label: "Releases" },
  { to: "/organizations/$slug/projects/$project/imports", label: "Import and export" },
  { to: "/organizations/$slug/projects/$project/namespaces", label: "Namespaces" },
  { to: "/organizations/$slug/projects/$project/settings", label: "Settings" },
  { to: "/organizations/$slug/projects/$project/trash", label: "Trash" },
] as const;

/** Stands above every page of a project: the way back, and the project's other pages. */
export function ProjectNav() {
  const { slug, project } = useProjectParams();
  const { data } = useProject();
  return (
    <nav aria-label="Project" className="mb-6 border-b border-line text-sm">
      <p className="mb-2 flex flex-wrap items-center gap-x-2 text-muted">
        <Link
          to="/organizations/$slug"
          params={{ slug }}
          className="inline-flex items-center gap-1 rounded-sm text-muted no-underline hover:text-ink"
        >
          <ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />
          Projects
        </Link>
        <span aria-hidden>/</span>
        <span className="min-w-0 truncate font-medium text-ink">
          <Name>{data?.name ?? project}</Name>
        </span>
      </p>
      <ul className="-mb-px flex gap-x-1 overflow-x-auto">
        {PAGES.map(({ to, label }) => (
          <li key={to}>
            <Link
              to={to}
              params={{ slug, project }}
              activeOptions={{ exact: to === PAGES[0].to, includeSearch: false }}
              className="flex min-h-9 items-center whitespace-nowrap border-b-2 border-transparent px-2.5 text-muted no-underline -outline-offset-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
            >
              {label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
