import type { Output } from "@parlance/contract/operations";
import { useQuery } from "@tanstack/react-query";
import { call } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { TextField } from "../../components/text-field.tsx";
import { useToast } from "../../components/toast.tsx";
import { useWrite } from "../../data/queries.ts";
import { Form } from "../../parts/form.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { useForm } from "../../parts/use-form.ts";
import { count, languageLabel } from "../../parts/words.ts";
import { type Change, type Changeset, REASONS, type Skipped } from "./changeset-words.ts";
import { KeyName } from "./key-name.tsx";
import { takeBackWhole } from "./take-back-whole.ts";
import { useProjectParams } from "./use-project.ts";

type Outcome = Output<"changesets.revert">;

/** Tries first what taking a changeset back would do, shows that, and then does it. */
export default function TakeBack(props: {
  changeset: Changeset;
  /** Changes whose keys can be named. */
  known: Pick<Change, "keyId" | "name">[];
  onClose: () => void;
}) {
  return (
    <Dialog open onOpenChange={props.onClose} title="Take this change back?">
      <TakeBackForm {...props} />
    </Dialog>
  );
}

function TakeBackForm({
  changeset,
  known,
  onClose,
}: {
  changeset: Changeset;
  known: Pick<Change, "keyId" | "name">[];
  onClose: () => void;
}) {
  const { projectId } = useProjectParams();
  const revert = useWrite("changesets.revert");
  const toast = useToast();
  const form = useForm({ message: "" });
  const input = { projectId, changesetId: changeset.id };
  const tried = useQuery({
    queryKey: ["changesets.revert", "tried", input],
    queryFn: ({ signal }) => call("changesets.revert", input, signal, { dryRun: true }),
    gcTime: 0,
    enabled: !form.busy,
  });
  const amount = tried.data?.reverted ?? 0;

  async function submit() {
    const message = form.values.message.trim();
    const done = await form.submit(async () => {
      const { reverted, skippedCount } = await takeBackWhole(revert.mutateAsync, {
        ...input,
        ...(message && { message }),
      });
      const left = skippedCount > 0 ? `, left ${skippedCount} as they are` : "";
      toast({ title: `Took back ${count(reverted, "change")}${left}` });
    });
    if (done) onClose();
  }

  return (
    <Form failure={form.failure} onSubmit={submit}>
      <Loaded query={tried} skeleton={<SkeletonRows rows={2} className="h-10" />}>
        {(outcome) => <Report outcome={outcome} known={known} />}
      </Loaded>
      {amount > 0 && (
        <TextField
          label="Message"
          hint="Optional. Why, for those who look at the changes later."
          maxLength={500}
          value={form.values.message}
          error={form.problems.message ?? null}
          onChange={(event) => form.set("message", event.target.value)}
        />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{tried.data && amount === 0 ? "Close" : "Cancel"}</Button>
        {amount > 0 && (
          <Button type="submit" variant="primary" busy={form.busy}>
            Take back {tried.data?.nextCursor ? "all changes" : count(amount, "change")}
          </Button>
        )}
      </div>
    </Form>
  );
}

/** How many that were left are named one by one. */
const NAMED = 50;

function Report({ outcome, known }: { outcome: Outcome; known: Pick<Change, "keyId" | "name">[] }) {
  const { reverted, skippedCount, skipped, nextCursor } = outcome;
  return (
    <div className="flex flex-col gap-3 text-sm">
      <p>
        {reverted > 0
          ? `${count(reverted, "change becomes", "changes become")} what ${reverted === 1 ? "it was" : "they were"} before. Nothing is published by this.`
          : "Nothing of this can be taken back any more."}
      </p>
      {nextCursor && (
        <p>These are the first of many. All of them are taken back, some thousands at a time.</p>
      )}
      {skippedCount > 0 && (
        <Alert
          title={`${count(skippedCount, "change stays", "changes stay")} as ${skippedCount === 1 ? "it is" : "they are"}`}
        >
          <ul className="mt-1 flex max-h-56 flex-col gap-1.5 overflow-y-auto">
            {skipped.slice(0, NAMED).map((one) => (
              <li key={`${one.keyId} ${one.language}`}>
                <SkippedOne
                  skipped={one}
                  name={known.find(({ keyId }) => keyId === one.keyId)?.name ?? null}
                />
              </li>
            ))}
          </ul>
          {skippedCount > NAMED && <p className="mt-1">And {count(skippedCount - NAMED, "more", "more")}.</p>}
        </Alert>
      )}
    </div>
  );
}

function SkippedOne({
  skipped: { language, keyId, reason },
  name,
}: {
  skipped: Skipped;
  name: string | null;
}) {
  return (
    <>
      <KeyName name={name ?? keyId} />
      {language && <span className="text-muted"> in {languageLabel(language)}</span>}: {REASONS[reason]}
    </>
  );
}
