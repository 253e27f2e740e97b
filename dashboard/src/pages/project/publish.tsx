import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import type { Output } from "@parlance/contract/operations";
import { useQuery } from "@tanstack/react-query";
import { TriangleAlert } from "lucide-react";
import { call } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { TextArea } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { useForm } from "../../parts/use-form.ts";
import { count, languageLabel } from "../../parts/words.ts";
import { ChangedTexts, totalOf } from "./changed-texts.tsx";
import type { Channel } from "./channels-card.tsx";
import { useProjectParams } from "./use-project.ts";

type Plan = Output<"plans.create">;

interface Props {
  channels: Channel[];
  onClose: () => void;
}

/** Shows what would reach production, and publishes that and nothing else. */
export function Publish(props: Props) {
  return (
    <Dialog open onOpenChange={props.onClose} title="Publish all pending changes">
      <PublishForm {...props} />
    </Dialog>
  );
}

function PublishForm({ channels, onClose }: Props) {
  const { projectId } = useProjectParams();
  const publish = useWrite("releases.create");
  const toast = useToast();
  const form = useForm({ message: "", channel: DEFAULT_CHANNEL as string });
  const { values, set, problems } = form;
  const plan = usePlan(projectId, values.channel, !form.busy);
  const isEmpty = plan.data !== undefined && totalOf(plan.data) === 0 && plan.data.base !== null;
  const names = [...new Set([DEFAULT_CHANNEL, ...channels.map(({ name }) => name)])];

  async function submit() {
    if (!plan.data || isEmpty) return;
    const { planId } = plan.data;
    const done = await form.submit(async () => {
      const message = values.message.trim();
      const made = await publish.mutateAsync({ projectId, planId, ...(message && { message }) });
      toast({ title: `Release ${made.number} is live on ${values.channel}` });
    });
    if (!done) void plan.refetch();
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
      <Loaded query={plan} skeleton={<Skeleton className="h-40" />}>
        {(found) => <Contents plan={found} isEmpty={isEmpty} channel={values.channel} />}
      </Loaded>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={form.busy} disabled={!plan.data || isEmpty}>
          <TriangleAlert aria-hidden />
          Publish to {values.channel}
        </Button>
      </div>
    </Form>
  );
}

function Contents({ plan, isEmpty, channel }: { plan: Plan; isEmpty: boolean; channel: string }) {
  if (isEmpty) {
    return <Alert title="Nothing is pending">Channel “{channel}” serves what is written.</Alert>;
  }
  const missing = plan.warnings.filter(({ code }) => code === "missing_values");
  const gone = plan.warnings.filter(({ code }) => code === "language_removed");
  return (
    <>
      <Alert
        tone="production"
        title={`${count(totalOf(plan), "text changes", "texts change")} for your users at once`}
      >
        Exactly what stands here goes to channel “{channel}”. You can roll back to an earlier release.
        {[...missing, ...gone].length > 0 && (
          <ul className="mt-1 list-disc ps-4">
            {missing.map(({ language, count: amount }) => (
              <li key={language}>
                {languageLabel(language)} lacks {count(amount, "text")}.
              </li>
            ))}
            {gone.map(({ language, count: amount }) => (
              <li key={language}>
                {languageLabel(language)} goes away with {count(amount, "text")}.
              </li>
            ))}
          </ul>
        )}
      </Alert>
      <section
        aria-label="What changes"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        className="max-h-64 overflow-y-auto"
      >
        <ChangedTexts changes={plan} />
      </section>
    </>
  );
}

/** A plan for the channel, made when one looks at it; another is made when what it was made of has changed. */
function usePlan(projectId: string, channel: string, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: ["plans.create", projectId, channel],
    queryFn: ({ signal }) => call("plans.create", { projectId, channel }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}
