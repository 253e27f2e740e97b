import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextArea, TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import type { Namespace } from "./namespaces.tsx";
import { useProjectParams } from "./use-project.ts";

interface Props {
  namespace: Namespace;
  onClose: () => void;
}

const MOST_TAGS = 20;

/** What a namespace is called, whose it is, what it is about, and what to know when translating it. */
export function DescribeNamespace(props: Props) {
  return (
    <Dialog open onOpenChange={props.onClose} title={`Namespace ${props.namespace.name}`}>
      <DescribeForm {...props} />
    </Dialog>
  );
}

function DescribeForm({ namespace, onClose }: Props) {
  const { projectId } = useProjectParams();
  const update = useWrite("namespaces.update");
  const toast = useToast();
  const form = useForm({
    name: namespace.name,
    description: namespace.description ?? "",
    team: namespace.team ?? "",
    domain: namespace.domain ?? "",
    aiPrompt: namespace.aiPrompt ?? "",
    tags: namespace.tags.join(", "),
  });
  const { values, set, problems } = form;

  async function submit() {
    const { tags: typed, name: typedName, ...texts } = values;
    const tags = tagsOf(typed);
    const name = typedName.trim();
    const trimmed = Object.fromEntries(
      Object.entries(texts).map(([field, text]) => [field, text.trim() || null]),
    );
    const send = () =>
      update.mutateAsync({
        ...trimmed,
        projectId,
        namespace: namespace.name,
        tags,
        ...(name !== namespace.name && { name }),
      });
    const check = { name: name ? null : "Give it a name.", tags: tagProblem(tags) };
    if (!(await form.submit(send, check))) return;
    toast({ title: `Saved ${name}` });
    onClose();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      {namespace.name !== DEFAULT_NAMESPACE && (
        <TextField
          label="Name"
          dir="ltr"
          maxLength={128}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          hint="A new name moves its keys. Your code has to ask for them there from the next release on."
          value={values.name}
          error={problems.name ?? null}
          onChange={(event) => set("name", event.target.value)}
        />
      )}
      <TextArea
        label="Description"
        hint="Where its texts appear, for those who translate them."
        rows={3}
        maxLength={2000}
        value={values.description}
        error={problems.description ?? null}
        onChange={(event) => set("description", event.target.value)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Team"
          maxLength={120}
          value={values.team}
          error={problems.team ?? null}
          onChange={(event) => set("team", event.target.value)}
        />
        <TextField
          label="Subject"
          maxLength={120}
          placeholder="Payments"
          value={values.domain}
          error={problems.domain ?? null}
          onChange={(event) => set("domain", event.target.value)}
        />
      </div>
      <TextArea
        label="Instructions for machines"
        hint="What an agent should know when it translates: tone, words to keep, who is spoken to."
        rows={3}
        maxLength={2000}
        value={values.aiPrompt}
        error={problems.aiPrompt ?? null}
        onChange={(event) => set("aiPrompt", event.target.value)}
      />
      <TextField
        label="Tags"
        hint="With commas between."
        value={values.tags}
        error={problems.tags ?? null}
        onChange={(event) => set("tags", event.target.value)}
      />
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          Save
        </Button>
      </div>
    </Form>
  );
}

function tagsOf(typed: string): string[] {
  return [
    ...new Set(
      typed
        .split(",")
        .map((tag) => tag.trim())
        .filter(Boolean),
    ),
  ];
}

function tagProblem(tags: string[]): string | null {
  if (tags.length > MOST_TAGS) return `Use at most ${MOST_TAGS} tags.`;
  return tags.some((tag) => tag.length > 60) ? "A tag has at most 60 characters." : null;
}
