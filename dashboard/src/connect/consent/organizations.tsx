import { ChevronDown, Lock } from "lucide-react";
import { useId, useState } from "react";
import { AppIcon } from "../../components/app-icon.tsx";
import { Checkbox } from "../../components/checkbox.tsx";
import { cx } from "../../components/cx.ts";
import { Filter } from "../../components/filter.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { ProjectPicker } from "../../components/project-picker.tsx";
import type { ConnectRequest, Organization } from "../request.ts";
import { type Choices, withOrganization, withProjects } from "./choices.ts";
import { Section } from "./section.tsx";

const MANY = 8;

/** Where: the organizations, each opening to its projects. With only one there is nothing to pick. */
export function Organizations({
  request,
  choices,
  onChange,
}: {
  request: ConnectRequest;
  choices: Choices;
  onChange: (choices: Choices) => void;
}) {
  const [filter, setFilter] = useState("");
  const selectable = request.organizations.filter((organization) => organization.selectable);
  const others = request.organizations.filter((organization) => !organization.selectable);
  const matches = (organization: Organization) =>
    organization.name.toLowerCase().includes(filter.trim().toLowerCase());
  const picked = selectable.filter((organization) => choices.organizations.has(organization.id)).length;
  return (
    <Section title="Where" aside={selectable.length > 1 && `${picked} of ${selectable.length} picked`}>
      {selectable.length > MANY && (
        <Filter label="Find an organization" value={filter} onChange={setFilter} />
      )}
      <ul
        className={cx(
          "flex flex-col gap-1",
          selectable.length > MANY && "max-h-96 overflow-y-auto overscroll-contain",
        )}
      >
        {selectable.filter(matches).map((organization) => (
          <li key={organization.id}>
            <OrganizationRow
              organization={organization}
              only={selectable.length === 1}
              projects={choices.organizations.get(organization.id)}
              onPick={(on) => onChange(withOrganization(choices, organization, on))}
              onProjects={(projects) => onChange(withProjects(choices, organization.id, projects))}
            />
          </li>
        ))}
        {others.filter(matches).map((organization) => (
          <li key={organization.id}>
            <ClosedRow organization={organization} only={selectable.length === 1} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function OrganizationRow({
  organization,
  only,
  projects,
  onPick,
  onProjects,
}: {
  organization: Organization;
  only: boolean;
  projects: "all" | readonly string[] | undefined;
  onPick: (picked: boolean) => void;
  onProjects: (projects: "all" | readonly string[]) => void;
}) {
  const [open, setOpen] = useState(Array.isArray(projects));
  const panel = useId();
  const text = (
    <span className="flex items-center gap-3">
      <AppIcon name={organization.name} />
      <span className="min-w-0">
        <span className="line-clamp-3 font-medium">
          <Name>{organization.name}</Name>
        </span>
        {organization.grant && <span className="block text-sm text-muted">Connected already</span>}
      </span>
    </span>
  );
  return (
    <div className={cx("-mx-2 rounded px-2", open && projects !== undefined && "bg-sunken pb-3")}>
      <div className="flex flex-wrap items-center gap-x-3 py-1.5">
        <div className="min-w-0 grow basis-40">
          {only ? (
            text
          ) : (
            <Checkbox checked={projects !== undefined} onCheckedChange={onPick} label={text} middle />
          )}
        </div>
        {projects !== undefined && (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={panel}
            onClick={() => setOpen(!open)}
            className="inline-flex min-h-9 items-center gap-1 rounded px-2 text-sm text-muted hover:bg-hover hover:text-ink"
          >
            <span className="tabular-nums">{summary(projects, organization.projects.length)}</span>
            <span className="sr-only">in {plainName(organization.name)}</span>
            <ChevronDown aria-hidden className={cx("size-4 transition-transform", open && "rotate-180")} />
          </button>
        )}
      </div>
      {projects !== undefined && open && (
        <div id={panel} className={only ? undefined : "ps-7.5"}>
          <ProjectPicker organization={organization} projects={projects} onChange={onProjects} />
        </div>
      )}
    </div>
  );
}

/** An organization that somebody is in but may not decide for; `only` when nothing beside it can be picked. */
export function ClosedRow({ organization, only }: { organization: Organization; only: boolean }) {
  const text = (
    <span className="flex items-center gap-3 text-muted">
      <AppIcon name={organization.name} />
      <span className="min-w-0">
        <span className="line-clamp-3">
          <Name>{organization.name}</Name>
        </span>
        <span className="flex items-start gap-1.5 text-sm">
          <Lock aria-hidden className="mt-0.75 size-3.5 shrink-0" />
          Only its owners and admins can connect apps
        </span>
      </span>
    </span>
  );
  if (only) return <div className="py-1.5">{text}</div>;
  return (
    <Checkbox checked={false} onCheckedChange={() => {}} disabled middle label={text} className="py-1.5" />
  );
}

function summary(projects: "all" | readonly string[], total: number): string {
  return projects === "all" ? "All projects" : `${projects.length} of ${total} projects`;
}
