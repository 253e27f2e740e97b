import { ChevronDown, Lock } from "lucide-react";
import { useId, useState } from "react";
import { AppIcon } from "../../components/app-icon.tsx";
import { Checkbox } from "../../components/checkbox.tsx";
import { cx } from "../../components/cx.ts";
import { Name, plainName } from "../../components/name.tsx";
import type { ConnectRequest, Organization } from "../request.ts";
import { type Choices, withPlace, withProjects } from "./choices.ts";
import { Filter } from "./filter.tsx";
import { ProjectPicker } from "./project-picker.tsx";
import { Section } from "./section.tsx";

const MANY = 8;

/** Where: the organizations, each opening to its projects. With only one there is nothing to pick. */
export function Places({
  request,
  choices,
  onChange,
}: {
  request: ConnectRequest;
  choices: Choices;
  onChange: (choices: Choices) => void;
}) {
  const [wanted, setWanted] = useState("");
  const selectable = request.organizations.filter((place) => place.selectable);
  const others = request.organizations.filter((place) => !place.selectable);
  const matches = (place: Organization) => place.name.toLowerCase().includes(wanted.trim().toLowerCase());
  const picked = selectable.filter((place) => choices.places.has(place.id)).length;
  return (
    <Section title="Where" aside={selectable.length > 1 && `${picked} of ${selectable.length} picked`}>
      {selectable.length > MANY && (
        <Filter label="Find an organization" value={wanted} onChange={setWanted} />
      )}
      <ul
        className={cx(
          "flex flex-col gap-1",
          selectable.length > MANY && "max-h-96 overflow-y-auto overscroll-contain",
        )}
      >
        {selectable.filter(matches).map((place) => (
          <li key={place.id}>
            <PlaceRow
              place={place}
              only={selectable.length === 1}
              projects={choices.places.get(place.id)}
              onPick={(on) => onChange(withPlace(choices, place, on))}
              onProjects={(projects) => onChange(withProjects(choices, place.id, projects))}
            />
          </li>
        ))}
        {others.filter(matches).map((place) => (
          <li key={place.id}>
            <ClosedRow place={place} only={selectable.length === 1} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function PlaceRow({
  place,
  only,
  projects,
  onPick,
  onProjects,
}: {
  place: Organization;
  only: boolean;
  projects: "all" | readonly string[] | undefined;
  onPick: (picked: boolean) => void;
  onProjects: (projects: "all" | readonly string[]) => void;
}) {
  const [open, setOpen] = useState(Array.isArray(projects));
  const panel = useId();
  const text = (
    <span className="flex items-center gap-3">
      <AppIcon name={place.name} />
      <span className="min-w-0">
        <span className="line-clamp-3 font-medium">
          <Name>{place.name}</Name>
        </span>
        {place.grant && <span className="block text-sm text-muted">Connected already</span>}
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
            <span className="tabular-nums">{summary(projects, place.projects.length)}</span>
            <span className="sr-only">in {plainName(place.name)}</span>
            <ChevronDown aria-hidden className={cx("size-4 transition-transform", open && "rotate-180")} />
          </button>
        )}
      </div>
      {projects !== undefined && open && (
        <div id={panel} className={only ? undefined : "ps-7.5"}>
          <ProjectPicker place={place} projects={projects} onChange={onProjects} />
        </div>
      )}
    </div>
  );
}

/** An organization that somebody is in but may not decide for; `only` when nothing beside it can be picked. */
export function ClosedRow({ place, only }: { place: Organization; only: boolean }) {
  const text = (
    <span className="flex items-center gap-3 text-muted">
      <AppIcon name={place.name} />
      <span className="min-w-0">
        <span className="line-clamp-3">
          <Name>{place.name}</Name>
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
