import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { useQueryClient } from "@tanstack/react-query";
import { ApiProblem, call } from "../../api.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextArea, TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import { languageLabel } from "../../parts/words.ts";
import { NamespaceField } from "./namespace-field.tsx";
import { directionOf } from "./translation.tsx";
import type { Project } from "./use-project.ts";
import { faultInWords } from "./value-editor.tsx";

export default function CreateKey(props: { project: Project; onClose: () => void }) {
  return (
    <Dialog open onOpenChange={props.onClose} title="Create a key">
      <CreateKeyForm {...props} />
    </Dialog>
  );
}

function CreateKeyForm({ project, onClose }: { project: Project; onClose: () => void }) {
  const client = useQueryClient();
  const toast = useToast();
  const form = useForm({ name: "", namespace: DEFAULT_NAMESPACE as string, text: "", description: "" });
  const { values, set, problems } = form;
  const { sourceLanguage } = project;

  async function submit() {
    const name = values.name.trim();
    const check = {
      name: name ? null : "Give it a name, such as checkout.title.",
      namespace: values.namespace.trim() ? null : "Name a namespace.",
    };
    const done = await form.submit(async () => {
      const key = {
        name,
        namespace: values.namespace.trim(),
        ...(values.description.trim() && { description: values.description.trim() }),
        ...(values.text && { values: { [sourceLanguage]: values.text } }),
      };
      await call("keys.create", { projectId: project.id, keys: [key] }).catch(blameFields);
      toast({ title: `Created ${name}` });
      await client.invalidateQueries();
    }, check);
    if (done) onClose();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <TextField
        label="Name"
        dir="ltr"
        maxLength={512}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        placeholder="checkout.title"
        hint="Your code asks for the text by this name."
        value={values.name}
        error={problems.name ?? null}
        onChange={(event) => set("name", event.target.value)}
      />
      <NamespaceField
        names={project.namespaces.map(({ name }) => name)}
        value={values.namespace}
        error={problems.namespace ?? null}
        onChange={(name) => set("namespace", name)}
      />
      <TextArea
        label={`Text in ${languageLabel(sourceLanguage)}`}
        lang={sourceLanguage}
        dir={directionOf(sourceLanguage)}
        maxLength={65_536}
        value={values.text}
        error={problems.text ?? null}
        onChange={(event) => set("text", event.target.value)}
      />
      <TextArea
        label="Description"
        hint="Optional. Where it appears, for those who translate it."
        rows={2}
        maxLength={2000}
        value={values.description}
        error={problems.description ?? null}
        onChange={(event) => set("description", event.target.value)}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Create key
        </Button>
      </div>
    </Form>
  );
}

/** The call takes many keys and this form has one: `/keys/0/values/en` is its field `text`. */
function blameFields(error: unknown): never {
  if (!(error instanceof ApiProblem)) throw error;
  const fieldErrors = error.fieldErrors.map((fault) => {
    const field = fault.pointer.replace(/^\/keys\/0/, "").replace(/^\/values\/.*/, "/text");
    return { ...fault, pointer: field, expected: faultInWords(fault) };
  });
  const { status, code, message, requestId } = error;
  throw new ApiProblem({ status, code, description: message, fieldErrors, requestId });
}
