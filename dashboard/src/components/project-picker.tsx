import { useId, useRef, useState } from "react";
import { Checkbox } from "./checkbox.tsx";
import { Filter } from "./filter.tsx";
import { Name, plainName } from "./name.tsx";
import { Radio } from "./radio.tsx";

const MANY = 8;

/** All projects of an organization, future ones too, or only these. */
export function ProjectPicker({
  organization,
  projects,
  onChange,
}: {
  organization: { name: string; projects: readonly { id: string; name: string }[] };
  projects: "all" | readonly string[];
  onChange: (projects: "all" | readonly string[]) => void;
}) {
  const name = useId();
  const [filter, setFilter] = useState("");
  /** What was picked before "all", in case somebody changes their mind. */
  const before = useRef<readonly string[]>([]);
  const some = projects !== "all";
  if (some) before.current = projects;
  const found = organization.projects.filter((project) =>
    project.name.toLowerCase().includes(filter.trim().toLowerCase()),
  );

  function toggle(id: string, on: boolean) {
    if (some) onChange(on ? [...projects, id] : projects.filter((other) => other !== id));
  }

  return (
    <fieldset className="flex min-w-0 flex-col gap-2.5">
      <legend className="sr-only">Projects of {plainName(organization.name)}</legend>
      <Radio
        name={name}
        checked={!some}
        onChange={() => onChange("all")}
        label={
          <>
            All projects <span className="text-sm text-muted">and any made later</span>
          </>
        }
      />
      {organization.projects.length > 0 && (
        <Radio name={name} checked={some} onChange={() => onChange(before.current)} label="Only these" />
      )}
      {organization.projects.length === 0 && (
        <p className="text-sm text-muted">There is no project in it yet.</p>
      )}
      {some && (
        <div className="ps-7.5">
          {organization.projects.length > MANY && (
            <Filter label="Find a project" value={filter} onChange={setFilter} />
          )}
          <ul className="-ms-2 flex max-h-72 flex-col gap-2.5 overflow-y-auto overscroll-contain py-1 ps-2">
            {found.map((project) => (
              <li key={project.id}>
                <Checkbox
                  checked={projects.includes(project.id)}
                  onCheckedChange={(on) => toggle(project.id, on)}
                  label={<Name>{project.name}</Name>}
                />
              </li>
            ))}
            {found.length === 0 && <li className="text-sm text-muted">No project of that name.</li>}
          </ul>
        </div>
      )}
    </fieldset>
  );
}
