import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { LanguageField, languageProblem } from "../../parts/language-field.tsx";
import { useForm } from "../../parts/use-form.ts";
import { slugify, slugProblem } from "../../parts/words.ts";

type FileStructure = "single_file" | "namespaced_folders";
type KeyFormat = "nested" | "flat";

export default function CreateProject({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onOpenChange={onClose} title="Create a project">
      <CreateProjectForm onCancel={onClose} />
    </Dialog>
  );
}

function CreateProjectForm({ onCancel }: { onCancel: () => void }) {
  const organization = useOrganization();
  const navigate = useNavigate();
  const create = useWrite("projects.create");
  const [slugTouched, setSlugTouched] = useState(false);
  const form = useForm({
    name: "",
    slug: "",
    sourceLanguage: "en",
    fileStructure: "single_file" as FileStructure,
    keyFormat: "nested" as KeyFormat,
  });
  const { values, set, problems } = form;

  async function submit() {
    const check = {
      name: values.name.trim() ? null : "Give it a name.",
      slug: slugProblem(values.slug),
      sourceLanguage: languageProblem(values.sourceLanguage),
    };
    await form.submit(async () => {
      const made = await create.mutateAsync({ organizationId: organization.id, ...values });
      const params = { slug: organization.slug, project: made.slug };
      await navigate({ to: "/organizations/$slug/projects/$project", params });
    }, check);
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <TextField
        label="Name"
        maxLength={120}
        value={values.name}
        error={problems.name ?? null}
        onChange={(event) => {
          set("name", event.target.value);
          if (!slugTouched) set("slug", slugify(event.target.value));
        }}
      />
      <TextField
        label="Short name"
        dir="ltr"
        spellCheck={false}
        autoCapitalize="none"
        maxLength={60}
        value={values.slug}
        error={problems.slug ?? null}
        hint="Part of the public addresses of its files."
        onChange={(event) => {
          setSlugTouched(true);
          set("slug", event.target.value);
        }}
      />
      <LanguageField
        label="Source language"
        hint="The language your texts are written in first."
        value={values.sourceLanguage}
        error={problems.sourceLanguage ?? null}
        onChange={(code) => set("sourceLanguage", code)}
      />
      <details className="text-sm">
        <summary className="rounded-sm py-1 font-medium">Shape of the published files</summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2">
          <SelectField
            label="Files"
            value={values.fileStructure}
            options={[
              { value: "single_file", label: "One per language" },
              { value: "namespaced_folders", label: "One per namespace" },
            ]}
            onChange={(event) => set("fileStructure", event.target.value as FileStructure)}
          />
          <SelectField
            label="Keys"
            value={values.keyFormat}
            options={[
              { value: "nested", label: "Nested objects" },
              { value: "flat", label: "Flat, with dots" },
            ]}
            onChange={(event) => set("keyFormat", event.target.value as KeyFormat)}
          />
        </div>
      </details>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Create project
        </Button>
      </div>
    </Form>
  );
}
