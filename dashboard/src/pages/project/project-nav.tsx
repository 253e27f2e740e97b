import { Link } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import { useEffect, useRef } from "react";
import { Name } from "../../components/name.tsx";
import { PROJECT_PAGES } from "../../layout/navigation.ts";
import { useProject, useProjectParams } from "./use-project.ts";

/** Stands above every page of a project: the way back, and the project's other pages. */
export function ProjectNav() {
  const { slug, project } = useProjectParams();
  const { data } = useProject();
  const pages = useRef<HTMLUListElement>(null);
  // On a narrow screen the page one is on may stand beyond the edge.
  useEffect(() => {
    const list = pages.current;
    const current = list?.querySelector<HTMLElement>("[aria-current=page]");
    if (list && current) list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2;
  }, []);
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
      <ul ref={pages} className="relative -mb-px flex gap-x-1 overflow-x-auto">
        {PROJECT_PAGES.map(({ to, label }) => (
          <li key={to}>
            <Link
              to={to}
              params={{ slug, project }}
              activeOptions={{ exact: to === PROJECT_PAGES[0].to, includeSearch: false }}
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
