import { useEffect, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { ProjectPicker } from "../../components/project-picker.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { TextField } from "../../components/text-field.tsx";
import { Failure } from "../account-forms.tsx";
import { explain, postJson } from "../api.ts";
import { useForm } from "../use-form.ts";
import { allItems } from "./all-items.ts";
import type { Membership } from "./cli-auth-page.tsx";

interface Project {
  id: string;
  name: string;
}

/** What every key from here is called first, wherever it is listed. */
const ORIGIN = "Command line";
const LONGEST_COMPUTER = 80;

/** Where the key works, and what it is called; makes it when somebody says so. */
export function KeyForm({
  organizations,
  onMade,
  onCancel,
}: {
  organizations: Membership[];
  onMade: (key: string) => void;
  onCancel: () => void;
}) {
  const [first] = organizations as [Membership];
  const [id, setId] = useState(first.id);
  const organization = organizations.find((one) => one.id === id) ?? first;
  const [projects, setProjects] = useState<"all" | readonly string[]>("all");
  const form = useForm<"computer">({
    check: () => ({}),
    async send({ computer }) {
      const { key } = await postJson<{ key: string }>(
        `/api/dashboard/organizations/${organization.id}/api-keys`,
        {
          name: computer.trim() ? `${ORIGIN}: ${computer.trim()}` : ORIGIN,
          kind: "secret",
          projects,
        },
      );
      onMade(key);
      return undefined;
    },
  });
  return (
    <form {...form.formProps} className="flex flex-col gap-5">
      {organizations.length > 1 ? (
        <SelectField
          label="Organization"
          value={organization.id}
          options={organizations.map((one) => ({ value: one.id, label: plainName(one.name) }))}
          onChange={(event) => {
            setId(event.target.value);
            setProjects("all");
          }}
        />
      ) : (
        <p className="text-sm">
          <span className="block font-medium">Organization</span>
          <Name>{organization.name}</Name>
        </p>
      )}
      <Projects
        key={organization.id}
        organization={organization}
        projects={projects}
        onChange={setProjects}
      />
      <TextField
        name="computer"
        label="Name of this computer"
        hint={`If you like. The key is listed as “${ORIGIN}”, followed by this.`}
        size="lg"
        maxLength={LONGEST_COMPUTER}
        autoComplete="off"
      />
      <p aria-live="polite" className="text-sm text-pretty">
        The program will be able to do everything that you may do in{" "}
        <Name className="font-medium">{organization.name}</Name> ({inWords(projects)}), publishing included,
        until the key expires or is revoked under API keys.
      </p>
      <Failure text={form.failure} />
      <div className="flex flex-wrap justify-end gap-2">
        <Button size="lg" className="grow sm:grow-0" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          type="submit"
          size="lg"
          variant="primary"
          className="grow sm:grow-0"
          busy={form.busy}
          disabled={projects.length === 0}
        >
          Create key and go on
        </Button>
      </div>
    </form>
  );
}

function Projects({
  organization,
  projects,
  onChange,
}: {
  organization: Membership;
  projects: "all" | readonly string[];
  onChange: (projects: "all" | readonly string[]) => void;
}) {
  const [known, setKnown] = useState<Project[] | { error: unknown } | null>(null);
  useEffect(() => {
    let gone = false;
    const path = `/api/oauth-client/organizations/${organization.id}/projects`;
    allItems<Project>(path)
      .catch((error: unknown) => ({ error }))
      .then((found) => !gone && setKnown(found));
    return () => {
      gone = true;
    };
  }, [organization.id]);
  return (
    <div className="text-sm">
      <h2 className="mb-2 font-medium">Projects</h2>
      {known === null ? (
        <Skeleton className="h-14" />
      ) : "error" in known ? (
        <Failure text={`${explain(known.error)} The key would open all projects.`} />
      ) : (
        <ProjectPicker
          organization={{ name: organization.name, projects: known }}
          projects={projects}
          onChange={onChange}
        />
      )}
    </div>
  );
}

function inWords(projects: "all" | readonly string[]): string {
  if (projects === "all") return "all projects";
  return projects.length === 1 ? "1 project" : `${projects.length} projects`;
}
