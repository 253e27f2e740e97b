import { type ReactNode, useState } from "react";
import { Button } from "../components/button.tsx";
import { Card } from "../components/card.tsx";
import { Dialog } from "../components/dialog.tsx";
import { Name, plainName } from "../components/name.tsx";
import { TextField } from "../components/text-field.tsx";
import { Form } from "./form.tsx";
import { useForm } from "./use-form.ts";

interface Props {
  /** What is deleted: "organization", "project". */
  kind: string;
  name: string;
  /** Typed to confirm: anybody can type it, whatever script the name is in. */
  slug: string;
  /** What goes with it. */
  consequence: ReactNode;
  onDelete: () => Promise<unknown>;
}

/** The end of something that cannot come back. */
export function DeleteCard({ description, ...props }: Props & { description: string }) {
  const [asking, setAsking] = useState(false);
  return (
    <Card title={`Delete this ${props.kind}`} description={description}>
      <Button variant="danger" onClick={() => setAsking(true)}>
        Delete {plainName(props.name)} …
      </Button>
      <Dialog open={asking} onOpenChange={setAsking} title={<>Delete {<Name>{props.name}</Name>}?</>}>
        <DeleteForm {...props} onCancel={() => setAsking(false)} />
      </Dialog>
    </Card>
  );
}

function DeleteForm({ kind, slug, consequence, onDelete, onCancel }: Props & { onCancel: () => void }) {
  const form = useForm({ typed: "" });
  const check = { typed: form.values.typed.trim() === slug ? null : `Type ${slug} to confirm.` };
  return (
    <Form failure={form.failure} onSubmit={() => void form.submit(onDelete, check)}>
      <p className="text-sm text-muted">{consequence}</p>
      <TextField
        label={`Type ${slug} to confirm`}
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        value={form.values.typed}
        error={form.problems.typed ?? null}
        onChange={(event) => form.set("typed", event.target.value)}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="danger" busy={form.busy}>
          Delete {kind}
        </Button>
      </div>
    </Form>
  );
}
