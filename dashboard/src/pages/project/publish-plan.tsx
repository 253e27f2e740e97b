import type { Output } from "@parlance/contract/operations";
import { useNavigate } from "@tanstack/react-router";
import { TriangleAlert } from "lucide-react";
import { ApiProblem, explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { TextArea } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { useForm } from "../../parts/use-form.ts";
import { count, languageLabel } from "../../parts/words.ts";
import { totalOf } from "./changed-texts.tsx";
import { PlannedTexts } from "./planned-texts.tsx";
import type { Text } from "./publish-search.ts";
import { useProjectParams } from "./use-project.ts";

type Plan = Output<"plans.create">;

/** One plan: what it changes, text by text, what to know before, and the button that makes it true. */
export function PublishPlan({
  plan,
  isPart,
  picked,
  onPick,
  onAgain,
}: {
  plan: Plan;
  /** It leaves something of the project out on purpose. */
  isPart: boolean;
  /** The texts it was narrowed to one by one. */
  picked: Text[];
  onPick: (texts: Text[]) => void;
  /** Works out another plan: something in this one has moved. */
  onAgain: () => void;
}) {
  const { slug, project, projectId } = useProjectParams();
  const navigate = useNavigate();
  const toast = useToast();
  const to = { to: "/organizations/$slug/projects/$project/releases", params: { slug, project } } as const;
  const publish = useWrite("releases.create", () => navigate(to));
  const move = useWrite("channels.move");
  const form = useForm({ message: "" });
  const { channel, base } = plan;
  const total = totalOf(plan);
  if (total === 0 && base !== null) return <NothingPending plan={plan} isPart={isPart} />;

  async function submit() {
    const message = form.values.message.trim();
    const done = await form.submit(async () => {
      const made = await publish
        .mutateAsync({ projectId, planId: plan.planId, ...(message && { message }) })
        .catch(sayMoved);
      const rollBack = () =>
        void move
          .mutateAsync({ projectId, channel, release: base as number })
          .then(() => toast({ title: `${channel} serves release ${base} again` }))
          .catch((error) => toast({ tone: "danger", title: explain(error) }));
      toast({
        title: `Release ${made.number} is live on ${channel}`,
        ...(base !== null && { action: { label: "Undo", onClick: rollBack } }),
      });
    });
    if (!done) onAgain();
  }

  return (
    <>
      <Card title={`Publish to ${channel}`}>
        <Form failure={form.failure} onSubmit={submit}>
          <Alert
            tone="production"
            title={
              total > 0
                ? `${count(total, "text changes", "texts change")} for your users at once`
                : "The first release will hold no text"
            }
          >
            Exactly what stands below goes to channel “{channel}”
            {isPart ? "; everything else stays as it is there" : ""}. You can roll back to an earlier release.
            <Warnings plan={plan} />
          </Alert>
          <TextArea
            label="Message"
            hint="Optional. What changed and why, for those who look at the list later."
            maxLength={500}
            rows={2}
            value={form.values.message}
            error={form.problems.message ?? null}
            onChange={(event) => form.set("message", event.target.value)}
          />
          <div className="flex flex-wrap justify-end gap-2">
            <Button type="submit" variant="primary" busy={form.busy}>
              <TriangleAlert aria-hidden />
              {isPart ? `Publish ${count(total, "text")} to ${channel}` : `Publish to ${channel}`}
            </Button>
          </div>
        </Form>
      </Card>
      <PlannedTexts
        // Another plan begins with nothing selected.
        key={plan.planId}
        plan={plan}
        picked={picked}
        onPick={onPick}
        onAgain={onAgain}
      />
    </>
  );
}

function NothingPending({ plan, isPart }: { plan: Plan; isPart: boolean }) {
  return (
    <Alert title={isPart ? "Nothing of this is pending" : "Nothing is pending"}>
      Channel “{plan.channel}” serves {isPart ? "this part as it" : "what"} is written.
    </Alert>
  );
}

function Warnings({ plan: { warnings } }: { plan: Plan }) {
  if (warnings.length === 0) return null;
  return (
    <ul className="mt-1 list-disc ps-4">
      {warnings.map(({ code, language, count: amount }) => (
        <li key={`${code} ${language}`}>
          {code === "missing_values"
            ? `${languageLabel(language)} lacks ${count(amount, "text")}.`
            : `${languageLabel(language)} goes away with ${count(amount, "text")}.`}
        </li>
      ))}
    </ul>
  );
}

function sayMoved(error: unknown): never {
  if (!(error instanceof ApiProblem) || !error.fieldErrors.some(({ code }) => code === "plan_moved"))
    throw error;
  const description =
    "Nothing was published: something changed since you looked. What stands here now is new.";
  throw new ApiProblem({ status: error.status, code: error.code, description });
}
