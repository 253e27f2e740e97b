import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import type { ReactNode } from "react";
import { call } from "../../api.ts";
import { Button } from "../../components/button.tsx";
import { Checkbox } from "../../components/checkbox.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import { count, languageLabel } from "../../parts/words.ts";
import type { Key } from "./key-table.tsx";
import { NamespaceField } from "./namespace-field.tsx";
import { useBulk } from "./use-bulk.ts";
import type { Project } from "./use-project.ts";

export type BulkKind = "move" | "tags" | "status";

interface Props {
  project: Project;
  keys: Key[];
  /** `done` when it was: the selection has served. */
  onClose: (done: boolean) => void;
}

const TITLES = { move: "Move to a namespace", tags: "Change tags", status: "Approve texts" };
const FORMS = { move: MoveForm, tags: TagsForm, status: StatusForm };

/** What is done with many selected keys at once and needs a word more. */
export default function BulkDialog({ kind, ...props }: Props & { kind: BulkKind }) {
  const Contents = FORMS[kind];
  return (
    <Dialog
      open
      onOpenChange={() => props.onClose(false)}
      title={TITLES[kind]}
      description={`${count(props.keys.length, "key")} selected.`}
    >
      <Contents {...props} />
    </Dialog>
  );
}

function MoveForm({ project, keys, onClose }: Props) {
  const run = useBulk(project.id);
  const form = useForm({ namespace: "" });
  const namespace = form.values.namespace.trim();
  async function submit() {
    const check = { namespace: namespace ? null : `Name a namespace, such as ${DEFAULT_NAMESPACE}.` };
    const send = (ids: string[]) =>
      call("keys.updateMany", {
        projectId: project.id,
        keys: ids.map((one) => ({ key: { id: one }, namespace })),
      });
    const done = await form.submit(
      () => run(keys, send, (all) => `Moved ${count(sum(all), "key")} to ${namespace}`),
      check,
    );
    if (done) onClose(true);
  }
  return (
    <Form failure={form.failure} onSubmit={submit}>
      <NamespaceField
        names={project.namespaces.map(({ name }) => name)}
        hint="One that exists or a new one. Published files change with the next release."
        value={form.values.namespace}
        error={form.problems.namespace ?? null}
        onChange={(name) => form.set("namespace", name)}
      />
      <Buttons busy={form.busy} onCancel={() => onClose(false)}>
        Move {count(keys.length, "key")}
      </Buttons>
    </Form>
  );
}

function TagsForm({ project, keys, onClose }: Props) {
  const run = useBulk(project.id);
  const form = useForm({ add: "", remove: [] as string[] });
  const { add, remove } = form.values;
  const present = [...new Set(keys.flatMap(({ tags }) => tags))].sort();
  async function submit() {
    const tag = add.trim();
    const check = { add: tag || remove.length > 0 ? null : "Name a tag to add, or pick one to remove." };
    const send = (ids: string[]) =>
      call("keys.updateMany", {
        projectId: project.id,
        keys: ids.map((id) => ({
          key: { id },
          ...(tag && { addTags: [tag] }),
          ...(remove.length > 0 && { removeTags: remove }),
        })),
      });
    const done = await form.submit(
      () => run(keys, send, (all) => `Changed the tags of ${count(sum(all), "key")}`),
      check,
    );
    if (done) onClose(true);
  }
  return (
    <Form failure={form.failure} onSubmit={submit}>
      <TextField
        label="Add a tag"
        maxLength={60}
        autoComplete="off"
        value={add}
        error={form.problems.add ?? null}
        onChange={(event) => form.set("add", event.target.value)}
      />
      {present.length > 0 && (
        <fieldset className="m-0 border-0 p-0">
          <legend className="mb-1.5 text-sm font-medium">Remove tags</legend>
          <div className="flex max-h-48 flex-col gap-2 overflow-y-auto text-sm">
            {present.map((tag) => (
              <Checkbox
                key={tag}
                label={<bdi className="break-words">{tag}</bdi>}
                checked={remove.includes(tag)}
                onCheckedChange={(on) =>
                  form.set("remove", on ? [...remove, tag] : remove.filter((one) => one !== tag))
                }
              />
            ))}
          </div>
        </fieldset>
      )}
      <Buttons busy={form.busy} onCancel={() => onClose(false)}>
        Change tags of {count(keys.length, "key")}
      </Buttons>
    </Form>
  );
}

const STATUSES = { approved: "Approved", reviewed: "Reviewed", draft: "Draft" } as const;

function StatusForm({ project, keys, onClose }: Props) {
  const run = useBulk(project.id);
  const targets = project.languages.filter(({ isSource }) => !isSource);
  const form = useForm({
    language: (targets[0]?.code ?? project.sourceLanguage) as string,
    status: "approved" as keyof typeof STATUSES,
  });
  const { language, status } = form.values;
  async function submit() {
    const send = (ids: string[]) =>
      call("values.setStatus", {
        projectId: project.id,
        status,
        values: ids.map((id) => ({ key: { id }, language })),
      });
    const words = (all: { updated: number; missing: number }[]) => {
      const missing = all.reduce((total, one) => total + one.missing, 0);
      const changed = `${STATUSES[status]}: ${count(sum(all), "text")} in ${languageLabel(language)}`;
      return missing > 0 ? `${changed}; ${count(missing, "key has", "keys have")} none` : changed;
    };
    const done = await form.submit(() => run(keys, send, words));
    if (done) onClose(true);
  }
  return (
    <Form failure={form.failure} onSubmit={submit}>
      <SelectField
        label="Language"
        value={language}
        options={project.languages.map(({ code, name }) => ({ value: code, label: name }))}
        onChange={(event) => form.set("language", event.target.value)}
      />
      <SelectField
        label="Status"
        value={status}
        hint="The texts stay as they are."
        options={Object.entries(STATUSES).map(([value, label]) => ({ value, label }))}
        onChange={(event) => form.set("status", event.target.value as keyof typeof STATUSES)}
      />
      <Buttons busy={form.busy} onCancel={() => onClose(false)}>
        {status === "approved" ? "Approve" : `Mark as ${STATUSES[status].toLowerCase()}`} in{" "}
        {languageLabel(language)}
      </Buttons>
    </Form>
  );
}

function Buttons({ busy, onCancel, children }: { busy: boolean; onCancel: () => void; children: ReactNode }) {
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" variant="primary" busy={busy}>
        {children}
      </Button>
    </div>
  );
}

function sum(answers: { updated: number }[]): number {
  return answers.reduce((total, { updated }) => total + updated, 0);
}
