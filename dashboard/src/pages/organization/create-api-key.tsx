import type { Output } from "@parlance/contract/operations";
import { DEFAULT_SCOPES, type Scope } from "@parlance/contract/scopes";
import { useQuery } from "@tanstack/react-query";
import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { ProjectPicker } from "../../components/project-picker.tsx";
import { Radio } from "../../components/radio.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { callAll, useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { ScopesField } from "../../parts/scopes-field.tsx";
import { useForm } from "../../parts/use-form.ts";

type Created = Output<"apiKeys.create">;

interface Props {
  onClose: () => void;
  /** Shows the key: this dialog closes too easily for what appears once. */
  onCreated: (created: Created) => void;
}

export default function CreateApiKey(props: Props) {
  return (
    <Dialog open onOpenChange={props.onClose} title="Create an API key">
      <CreateForm {...props} />
    </Dialog>
  );
}

function CreateForm({ onClose, onCreated }: Props) {
  const { id: organizationId } = useOrganization();
  const create = useWrite("apiKeys.create");
  const form = useForm({
    name: "",
    kind: "secret" as "secret" | "public",
    allowed: "everything" as "everything" | "some",
    scopes: DEFAULT_SCOPES as Scope[],
    projects: "all" as "all" | readonly string[],
  });
  const { values, set, problems } = form;
  const { name, kind, projects } = values;
  const isSecret = kind === "secret";
  const scopes = isSecret && values.allowed === "some" ? values.scopes : null;

  async function submit() {
    const check = {
      name: name.trim() ? null : "Name the program that will use it.",
      scopes: scopes?.length === 0 ? "Choose at least one." : null,
      projects: projects.length === 0 ? "Choose at least one project." : null,
    };
    const chosen = projects === "all" ? projects : [...projects];
    const input = { organizationId, name, kind, scopes, projects: chosen };
    const done = await form.submit(async () => onCreated(await create.mutateAsync(input)), check);
    if (done) onClose();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <TextField
        label="Name"
        maxLength={120}
        hint="Of the program that will use it: audit and history say it."
        value={name}
        error={problems.name ?? null}
        onChange={(event) => set("name", event.target.value)}
      />
      <Choice title="Kind" value={kind} options={KINDS} onChange={(next) => set("kind", next)} />
      {isSecret && (
        <Choice
          title="Permissions"
          value={values.allowed}
          options={ALLOWED}
          onChange={(next) => set("allowed", next)}
        />
      )}
      {scopes && (
        <ScopesField
          label="What it may do"
          hint="Never more than your own role allows."
          value={scopes}
          error={problems.scopes ?? null}
          onChange={(next) => set("scopes", next)}
        />
      )}
      <Projects
        value={projects}
        error={problems.projects ?? null}
        onChange={(next) => set("projects", next)}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Create API key
        </Button>
      </div>
    </Form>
  );
}

function Projects({
  value,
  error,
  onChange,
}: {
  value: "all" | readonly string[];
  error: string | null;
  onChange: (projects: "all" | readonly string[]) => void;
}) {
  const { id: organizationId, name } = useOrganization();
  const projects = useQuery({
    queryKey: ["projects.list", "all", organizationId],
    queryFn: ({ signal }) => callAll("projects.list", { organizationId }, signal),
  });
  return (
    <div className="text-sm">
      <h3 className="mb-2 font-medium">Projects</h3>
      {error && <Problem>{error}</Problem>}
      <Loaded query={projects} skeleton={<Skeleton className="h-14" />}>
        {(all) => (
          <ProjectPicker organization={{ name, projects: all }} projects={value} onChange={onChange} />
        )}
      </Loaded>
    </div>
  );
}

function Problem({ children }: { children: ReactNode }) {
  return (
    <p role="alert" className="mb-2 flex items-start gap-1.5 text-danger-text">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      {children}
    </p>
  );
}

interface Option<Value> {
  value: Value;
  label: string;
  sentence: string;
}

const KINDS: Option<"secret" | "public">[] = [
  {
    value: "secret",
    label: "Secret",
    sentence: "For servers, builds and the command line. It ends when you leave, and as a rule after a year.",
  },
  {
    value: "public",
    label: "Public",
    sentence: "For browsers, where everybody can see it. Reads published content, nothing else.",
  },
];

const ALLOWED: Option<"everything" | "some">[] = [
  {
    value: "everything",
    label: "Everything that you may do",
    sentence: "It follows your role at every moment.",
  },
  { value: "some", label: "Only some of it", sentence: "The least that the program needs." },
];

function Choice<Value extends string>({
  title,
  value,
  options,
  onChange,
}: {
  title: string;
  value: Value;
  options: readonly Option<Value>[];
  onChange: (value: Value) => void;
}) {
  const name = useId();
  return (
    <fieldset className="text-sm">
      <legend className="mb-2 font-medium">{title}</legend>
      <div className="flex flex-col gap-3">
        {options.map(({ value: option, label, sentence }) => (
          <Radio
            key={option}
            name={name}
            checked={option === value}
            onChange={() => onChange(option)}
            label={
              <>
                {label}
                <span className="block text-muted">{sentence}</span>
              </>
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
