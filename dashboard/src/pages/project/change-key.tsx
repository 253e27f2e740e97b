import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem, call } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextArea, TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import {
  changesOf,
  collisionsOf,
  FIELD_NAMES,
  type Fields,
  fieldsOf,
  problemsOf,
  rebase,
  shownField,
} from "./key-fields.ts";
import type { Key } from "./key-table.tsx";
import { NamespaceField } from "./namespace-field.tsx";
import { faultInWords } from "./value-editor.tsx";

/** Everything about a key but its texts. Who collides with somebody else sees both sides and chooses. */
export function ChangeKey({
  projectId,
  entry,
  namespaces,
  onDone,
}: {
  projectId: string;
  entry: Key;
  namespaces: string[];
  /** With the key as it is now; without it, nothing was changed. */
  onDone: (changed?: Key) => void;
}) {
  const client = useQueryClient();
  const toast = useToast();
  // What one's changes are changes of: the key as it was opened, or as somebody else left it.
  const [base, setBase] = useState(entry);
  const [collisions, setCollisions] = useState<ReturnType<typeof collisionsOf>>([]);
  const form = useForm<Fields>(fieldsOf(entry));
  const { values, set, problems } = form;

  async function submit() {
    const changes = changesOf(base, values);
    if (Object.keys(changes).length === 0) return onDone();
    let changed: Key | undefined;
    const done = await form.submit(async () => {
      const keys = [{ key: { id: base.id }, revision: base.revision, ...changes }];
      const { items } = await call("keys.updateMany", { projectId, keys }).catch(meet);
      changed = items[0];
    }, problemsOf(values));
    if (!done || !changed) return;
    toast({ title: `Saved ${changed.name}` });
    onDone(changed);
    await client.invalidateQueries();
  }

  /** What somebody else changed meanwhile becomes the base; the rest is blamed on its field. */
  function meet(error: unknown): never {
    const fault =
      error instanceof ApiProblem ? error.fieldErrors.find(({ code }) => code === "revision_moved") : null;
    if (fault?.present) {
      const present = fault.present as unknown as Key;
      setCollisions(collisionsOf(base, present, values));
      form.setValues(rebase(base, present, values));
      setBase(present);
      throw new ApiProblem({
        status: 409,
        code: "conflict",
        description: "Somebody changed this key meanwhile. Look at what stands here now, then save again.",
      });
    }
    setCollisions([]);
    throw blameFields(error);
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      {collisions.length > 0 && (
        <Alert announce title="Both of you changed the same">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1">
            {collisions.map(({ field, theirs, yours }) => (
              <div key={field} className="contents">
                <dt className="col-span-2 font-medium">{FIELD_NAMES[field]}</dt>
                <dt className="text-muted">Theirs</dt>
                <dd dir="auto" className="min-w-0 break-words">
                  {theirs}
                </dd>
                <dt className="text-muted">Yours</dt>
                <dd dir="auto" className="min-w-0 break-words">
                  {yours}
                </dd>
              </div>
            ))}
          </dl>
          <p className="mt-2">Save again to put yours in its place.</p>
          <Button
            size="sm"
            className="mt-2"
            onClick={() => {
              form.setValues(fieldsOf(base));
              setCollisions([]);
            }}
          >
            Take theirs
          </Button>
        </Alert>
      )}
      <TextField
        label={FIELD_NAMES.name}
        dir="ltr"
        maxLength={512}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        hint={
          values.name !== entry.name
            ? "Your code has to ask by the new name as soon as this is published."
            : undefined
        }
        value={values.name}
        error={problems.name ?? null}
        onChange={(event) => set("name", event.target.value)}
      />
      <NamespaceField
        names={namespaces}
        value={values.namespace}
        error={problems.namespace ?? null}
        onChange={(name) => set("namespace", name)}
      />
      <TextArea
        label={FIELD_NAMES.description}
        hint="Where it appears, for those who translate it."
        rows={2}
        maxLength={2000}
        value={values.description}
        error={problems.description ?? null}
        onChange={(event) => set("description", event.target.value)}
      />
      <TextField
        label={FIELD_NAMES.tags}
        hint="With commas between them."
        autoComplete="off"
        value={values.tags}
        error={problems.tags ?? null}
        onChange={(event) => set("tags", event.target.value)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label={FIELD_NAMES.format}
          value={values.format}
          error={problems.format ?? null}
          options={(["icu", "plain"] as const).map((value) => ({
            value,
            label: shownField("format", value),
          }))}
          onChange={(event) => set("format", event.target.value as Fields["format"])}
        />
        <TextField
          label={FIELD_NAMES.maxLength}
          hint="Characters. Empty for no limit."
          inputMode="numeric"
          value={values.maxLength}
          error={problems.maxLength ?? null}
          onChange={(event) => set("maxLength", event.target.value)}
        />
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => onDone()}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Save key
        </Button>
      </div>
    </Form>
  );
}

/** The call takes many keys and this form has one: `/keys/0/name` is its field `name`. */
function blameFields(error: unknown): unknown {
  if (!(error instanceof ApiProblem)) return error;
  const fieldErrors = error.fieldErrors.map((fault) => ({
    ...fault,
    pointer: fault.pointer.replace(/^\/keys\/0(?:\/key)?/, ""),
    expected: faultInWords(fault),
  }));
  const { status, code, message, requestId } = error;
  return new ApiProblem({ status, code, description: message, fieldErrors, requestId });
}
