import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import { TriangleAlert } from "lucide-react";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextArea } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import type { Channel } from "./channels-card.tsx";
import { useProjectParams } from "./use-project.ts";

interface Props {
  channels: Channel[];
  /** Number of the newest release; null when there is none. */
  latest: number | null;
  onClose: () => void;
}

export function Publish(props: Props) {
  return (
    <Dialog open onOpenChange={props.onClose} title="Publish all pending changes">
      <PublishForm {...props} />
    </Dialog>
  );
}

function PublishForm({ channels, latest, onClose }: Props) {
  const { projectId } = useProjectParams();
  const publish = useWrite("releases.create");
  const toast = useToast();
  const form = useForm({ message: "", channel: DEFAULT_CHANNEL as string });
  const { values, set, problems } = form;
  const names = [...new Set([DEFAULT_CHANNEL, ...channels.map(({ name }) => name)])];

  async function submit() {
    const done = await form.submit(async () => {
      const message = values.message.trim();
      const made = await publish.mutateAsync({
        projectId,
        channel: values.channel,
        ...(message && { message }),
      });
      const isNew = latest === null || made.number > latest;
      toast({
        title: isNew
          ? `Release ${made.number} is live on ${values.channel}`
          : `Nothing was pending: release ${made.number} is up to date`,
      });
    });
    if (done) onClose();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <TextArea
        label="Message"
        hint="Optional. What changed and why, for those who look at the list later."
        maxLength={500}
        rows={2}
        value={values.message}
        error={problems.message ?? null}
        onChange={(event) => set("message", event.target.value)}
      />
      {names.length > 1 && (
        <SelectField
          label="Channel"
          value={values.channel}
          error={problems.channel ?? null}
          options={names.map((name) => ({ value: name, label: name }))}
          onChange={(event) => set("channel", event.target.value)}
        />
      )}
      <Alert tone="production" title="This reaches your users at once">
        Every text written since the last release goes to channel “{values.channel}”. You can roll back to an
        earlier release.
      </Alert>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy}>
          <TriangleAlert aria-hidden />
          Publish to {values.channel}
        </Button>
      </div>
    </Form>
  );
}
