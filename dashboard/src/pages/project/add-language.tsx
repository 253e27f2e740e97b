import type { Output } from "@parlance/contract/operations";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { LanguageField, languageProblem } from "../../parts/language-field.tsx";
import { useForm } from "../../parts/use-form.ts";

type Project = Output<"projects.get">;

export default function AddLanguage({ project, onClose }: { project: Project; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title="Add a language">
      <AddLanguageForm project={project} onDone={onClose} />
    </Dialog>
  );
}

function AddLanguageForm({ project, onDone }: { project: Project; onDone: () => void }) {
  const add = useWrite("languages.add");
  const toast = useToast();
  const form = useForm({ code: "", status: "active" as "active" | "draft" });
  const { values, set, problems } = form;
  const taken = project.languages.some((one) => one.code.toLowerCase() === values.code.trim().toLowerCase());

  async function submit() {
    const check = { code: taken ? "The project has this language already." : languageProblem(values.code) };
    const done = await form.submit(async () => {
      const made = await add.mutateAsync({
        projectId: project.id,
        code: values.code.trim(),
        status: values.status,
      });
      toast({ title: `Added ${made.name}` });
    }, check);
    if (done) onDone();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <LanguageField
        label="Language"
        value={values.code}
        error={problems.code ?? null}
        onChange={(code) => set("code", code)}
      />
      <SelectField
        label="State"
        hint={
          values.status === "active"
            ? "Part of the next release: your users get it as soon as somebody publishes."
            : "Can be translated, and is left out of releases."
        }
        value={values.status}
        options={[
          { value: "active", label: "Active" },
          { value: "draft", label: "Draft" },
        ]}
        onChange={(event) => set("status", event.target.value as "active" | "draft")}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Add language
        </Button>
      </div>
    </Form>
  );
}
