import { RESERVED_SLUGS } from "@parlance/contract/reserved";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../components/button.tsx";
import { TextField } from "../components/text-field.tsx";
import { useWrite } from "../data/queries.ts";
import { Form } from "./form.tsx";
import { useForm } from "./use-form.ts";
import { slugify, slugProblem } from "./words.ts";

/** Makes an organization and goes there. */
export function CreateOrganizationForm() {
  const form = useForm({ name: "", slug: "" });
  const [slugTouched, setSlugTouched] = useState(false);
  const create = useWrite("organizations.create");
  const navigate = useNavigate();
  const { name, slug } = form.values;

  async function submit() {
    const check = { name: name.trim() ? null : "Give it a name.", slug: problemOf(slug) };
    await form.submit(async () => {
      const made = await create.mutateAsync({ name, ...(slug && { slug }) });
      await navigate({ to: "/organizations/$slug", params: { slug: made.slug } });
    }, check);
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <TextField
        label="Name"
        autoComplete="organization"
        maxLength={120}
        value={name}
        error={form.problems.name ?? null}
        onChange={(event) => {
          form.set("name", event.target.value);
          if (!slugTouched) form.set("slug", slugify(event.target.value));
        }}
      />
      <TextField
        label="Short name"
        dir="ltr"
        spellCheck={false}
        autoCapitalize="none"
        maxLength={60}
        value={slug}
        error={form.problems.slug ?? null}
        hint="Part of the public addresses of your files. It stays as it is when the organization is renamed."
        onChange={(event) => {
          setSlugTouched(true);
          form.set("slug", event.target.value);
        }}
      />
      <div>
        <Button type="submit" variant="primary" busy={form.busy}>
          Create organization
        </Button>
      </div>
    </Form>
  );
}

/** Left out, the server makes one from the name. */
function problemOf(slug: string): string | null {
  if (!slug) return null;
  return RESERVED_SLUGS.has(slug) ? "This short name is reserved. Choose another." : slugProblem(slug);
}
