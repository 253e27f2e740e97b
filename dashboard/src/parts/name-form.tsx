import { Button } from "../components/button.tsx";
import { TextField } from "../components/text-field.tsx";
import { useToast } from "../components/toast.tsx";
import { Form } from "./form.tsx";
import { useForm } from "./use-form.ts";

/** Gives something with published files another name. */
export function NameForm({
  name: before,
  onSave,
}: {
  name: string;
  onSave: (name: string) => Promise<unknown>;
}) {
  const toast = useToast();
  const form = useForm({ name: before });
  const name = form.values.name.trim();
  async function save() {
    const check = { name: name ? null : "Give it a name." };
    if (await form.submit(() => onSave(name), check)) toast({ title: "Name saved" });
  }
  return (
    <Form failure={form.failure} onSubmit={save}>
      <TextField
        label="Name"
        className="max-w-md"
        maxLength={120}
        hint="The public addresses of its files stay as they are."
        value={form.values.name}
        error={form.problems.name ?? null}
        onChange={(event) => form.set("name", event.target.value)}
      />
      <div>
        <Button type="submit" busy={form.busy} disabled={name === before}>
          Save name
        </Button>
      </div>
    </Form>
  );
}
