import { TriangleAlert } from "lucide-react";
import { explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import { slugProblem } from "../../parts/words.ts";
import type { Channel } from "./channels-card.tsx";
import { useProjectParams } from "./use-project.ts";

/** What somebody wants to point where; without a channel they name a new one. */
export interface Move {
  channel: string | null;
  release: number;
}

const NEW = "";

/** Points a channel at a release after saying what that does to those who read it. */
export function MoveChannel(props: Move & { channels: Channel[]; onClose: () => void }) {
  const { channel, release, onClose } = props;
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={channel === null ? "Add a channel" : `Point a channel at release ${release}`}
    >
      <MoveForm {...props} />
    </Dialog>
  );
}

function MoveForm({
  channel,
  release,
  channels,
  onClose,
}: Move & { channels: Channel[]; onClose: () => void }) {
  const { projectId } = useProjectParams();
  const move = useWrite("channels.move");
  const toast = useToast();
  const form = useForm({ channel: channel ?? NEW, newName: "", release: String(release) });
  const { values, set, problems } = form;
  const isNew = values.channel === NEW;
  const current = channels.find(({ name }) => name === values.channel);
  const name = isNew ? values.newName.trim() : values.channel;
  const target = Number(values.release);

  async function submit() {
    const check = {
      newName: isNew ? channelProblem(name, channels) : null,
      release: Number.isInteger(target) && target > 0 ? null : "Enter the number of a release.",
    };
    const done = await form.submit(async () => {
      await move.mutateAsync({ projectId, channel: name, release: target });
      const undo = current && {
        label: "Undo",
        onClick: () =>
          void move
            .mutateAsync({ projectId, channel: name, release: current.release })
            .then(() => toast({ title: `${name} serves release ${current.release} again` }))
            .catch((error) => toast({ tone: "danger", title: explain(error) })),
      };
      toast({ title: `${name} serves release ${target}`, ...(undo && { action: undo }) });
    }, check);
    if (done) onClose();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      {channel !== null && (
        <SelectField
          label="Channel"
          value={values.channel}
          options={[
            ...channels.map((one) => ({
              value: one.name,
              label: `${one.name} (serves release ${one.release})`,
              disabled: one.release === release,
            })),
            { value: NEW, label: "A new channel" },
          ]}
          onChange={(event) => set("channel", event.target.value)}
        />
      )}
      {isNew && (
        <TextField
          label="Name of the channel"
          dir="ltr"
          maxLength={60}
          autoCapitalize="none"
          spellCheck={false}
          placeholder="staging"
          hint="It becomes part of the address, after an @."
          value={values.newName}
          error={problems.newName ?? problems.channel ?? null}
          onChange={(event) => set("newName", event.target.value)}
        />
      )}
      {channel === null && (
        <TextField
          label="Release"
          inputMode="numeric"
          value={values.release}
          error={problems.release ?? null}
          onChange={(event) => set("release", event.target.value)}
        />
      )}
      {current && (
        <Alert tone="production" title={`${name} reaches your users at once`}>
          It serves release {current.release} now and release {target} afterwards. No release and no draft is
          changed, and you can point it back.
        </Alert>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          {current && <TriangleAlert aria-hidden />}
          {current ? verb(current, target) : "Add channel"}
        </Button>
      </div>
    </Form>
  );
}

function verb({ name, release }: Channel, target: number): string {
  return target < release ? `Roll back ${name} to release ${target}` : `Promote release ${target} to ${name}`;
}

function channelProblem(name: string, channels: Channel[]): string | null {
  if (channels.some((one) => one.name === name)) return "There is such a channel already.";
  if (!/^[a-z]/.test(name)) return "Begin with a lower-case letter.";
  return name.length === 1 ? null : slugProblem(name);
}
