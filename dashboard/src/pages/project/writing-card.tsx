import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import type { Project } from "./use-project.ts";

const FIELDS = {
  peopleStatus: {
    label: "State of a text that somebody types here",
    hint: "Unless they choose another one.",
    options: { draft: "Draft", reviewed: "Reviewed", approved: "Approved" },
  },
  publishFrom: {
    label: "Texts that a release holds",
    hint: "Counts from the next release on.",
    options: {
      draft: "All, drafts too",
      reviewed: "Reviewed and approved ones",
      approved: "Approved ones only",
    },
  },
  api: {
    label: "A faulty text, typed or sent by apps",
    hint: "With broken syntax, or without a placeholder or plural form that it needs.",
    options: { reject: "Refuse it", warn: "Store it with a warning", off: "Do not check" },
  },
  import: {
    label: "A faulty text in an imported file",
    hint: "If it is refused, only its row is left out.",
    options: { reject: "Refuse it", warn: "Store it with a warning", off: "Do not check" },
  },
} as const;

type Field = keyof typeof FIELDS;

/** What becomes of texts that are written, and which of them are published. */
export function WritingCard({ project, mayChange }: { project: Project; mayChange: boolean }) {
  const { peopleStatus, publishFrom, validationMode } = project;
  const rules = { peopleStatus, publishFrom, ...validationMode };
  return (
    <Card title="Rules for texts">
      {mayChange ? (
        <Rules projectId={project.id} rules={rules} />
      ) : (
        <Facts>
          {eachField(({ field, label, options }) => (
            <Fact key={field} name={label}>
              {options[rules[field]]}
            </Fact>
          ))}
        </Facts>
      )}
    </Card>
  );
}

type Given = Pick<Project, "peopleStatus" | "publishFrom"> & Project["validationMode"];

function Rules({ projectId, rules }: { projectId: string; rules: Given }) {
  const update = useWrite("projects.update");
  const toast = useToast();
  const form = useForm({ ...rules });
  const { values, set } = form;
  const isSame = eachField(({ field }) => values[field] === rules[field]).every(Boolean);
  async function save() {
    if (isSame) return;
    const { api, import: imported, ...others } = values;
    const send = () =>
      update.mutateAsync({ projectId, ...others, validationMode: { api, import: imported } });
    if (await form.submit(send)) toast({ title: "Rules saved" });
  }
  return (
    <Form failure={form.failure} onSubmit={save}>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {eachField(({ field, label, hint, options }) => (
          <SelectField
            key={field}
            label={label}
            hint={hint}
            value={values[field]}
            options={Object.entries(options).map(([value, words]) => ({ value, label: words }))}
            onChange={(event) => set(field, event.target.value as never)}
          />
        ))}
      </div>
      <div>
        <Button type="submit" busy={form.busy} disabled={isSame}>
          Save rules
        </Button>
      </div>
    </Form>
  );
}

interface FieldInWords {
  field: Field;
  label: string;
  hint: string;
  options: Record<string, string>;
}

function eachField<Result>(make: (field: FieldInWords) => Result): Result[] {
  return (Object.keys(FIELDS) as Field[]).map((field) => make({ field, ...FIELDS[field] }));
}
