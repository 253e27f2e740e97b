import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import type { Project } from "./use-project.ts";

type Mode = Project["validationMode"]["api"];

const MODES: Record<Mode, string> = {
  reject: "Refuse it",
  warn: "Store it with a warning",
  off: "Do not check",
};

/** What becomes of a text with a broken placeholder, by the way it comes in. */
export function WritingCard({ project, mayChange }: { project: Project; mayChange: boolean }) {
  const title = "Faulty texts";
  const description =
    "What becomes of a text with broken syntax, or without a placeholder or plural form that it needs.";
  return (
    <Card title={title} description={description}>
      {mayChange ? (
        <Rules project={project} />
      ) : (
        <Facts>
          <Fact name="Typed or sent by apps">{MODES[project.validationMode.api]}</Fact>
          <Fact name="Imported">{MODES[project.validationMode.import]}</Fact>
        </Facts>
      )}
    </Card>
  );
}

function Rules({ project }: { project: Project }) {
  const update = useWrite("projects.update");
  const toast = useToast();
  const form = useForm({ ...project.validationMode });
  const { values, set } = form;
  const isSame = values.api === project.validationMode.api && values.import === project.validationMode.import;
  async function save() {
    if (isSame) return;
    const send = () => update.mutateAsync({ projectId: project.id, validationMode: values });
    if (await form.submit(send)) toast({ title: "Rules saved" });
  }
  const options = Object.entries(MODES).map(([value, label]) => ({ value, label }));
  return (
    <Form failure={form.failure} onSubmit={save}>
      <div className="grid max-w-2xl gap-4 sm:grid-cols-2">
        <SelectField
          label="Typed here or sent by apps"
          value={values.api}
          options={options}
          onChange={(event) => set("api", event.target.value as Mode)}
        />
        <SelectField
          label="Imported from files"
          value={values.import}
          options={options}
          onChange={(event) => set("import", event.target.value as Mode)}
        />
      </div>
      <div>
        <Button type="submit" busy={form.busy} disabled={isSame}>
          Save rules
        </Button>
      </div>
    </Form>
  );
}
