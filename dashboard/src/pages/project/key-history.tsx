import { useState } from "react";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useToast } from "../../components/toast.tsx";
import { type Item, useList, useWrite } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows } from "../../parts/rows.tsx";
import { count } from "../../parts/words.ts";
import { takeBackWhole } from "./take-back-whole.ts";
import { Translation } from "./translation.tsx";
import type { Project } from "./use-project.ts";

type State = Item<"values.history">;

/** What the key's text in a language was before, who changed it, and the way to take the last change back. */
export function KeyHistory({ project, keyId }: { project: Project; keyId: string }) {
  const [language, setLanguage] = useState(project.sourceLanguage);
  const [reverting, setReverting] = useState<State["changeset"] | null>(null);
  const history = useList("values.history", { projectId: project.id, keyId, language });
  return (
    <section aria-label="History" className="flex flex-col gap-3 border-t border-line pt-4">
      <SelectField
        label="History in"
        value={language}
        options={project.languages.map(({ code, name }) => ({ value: code, label: name }))}
        onChange={(event) => setLanguage(event.target.value)}
      />
      <Loaded query={history} skeleton={<SkeletonRows rows={2} className="h-16" />}>
        {(states) =>
          states.length === 0 ? (
            <p className="text-sm text-muted">Nobody has written a text in this language.</p>
          ) : (
            <>
              <ol className="divide-y divide-line rounded border border-line text-sm">
                {states.map((state, index) => (
                  <Entry
                    key={state.revision}
                    state={state}
                    // Taking back what was written over since would leave this text as it is.
                    onRevert={index === 0 ? () => setReverting(state.changeset) : null}
                  />
                ))}
              </ol>
              <MoreRows query={history} />
            </>
          )
        }
      </Loaded>
      {reverting && <Revert project={project} changeset={reverting} onClose={() => setReverting(null)} />}
    </section>
  );
}

function Entry({ state, onRevert }: { state: State; onRevert: (() => void) | null }) {
  const { language, after, changeset } = state;
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-1 px-3 py-2.5">
      <div className="min-w-0 grow basis-48">
        {after && language ? (
          <Translation language={language} className="block">
            {after.text}
          </Translation>
        ) : (
          <span className="text-muted italic">No text</span>
        )}
        <p className="text-muted">
          <Name>{changeset.actor.name ?? "Somebody who is gone"}</Name>,{" "}
          <RelativeTime value={changeset.createdAt} />
        </p>
        {changeset.message && (
          <p className="text-muted">
            <Name>{changeset.message}</Name>
          </p>
        )}
      </div>
      {after && after.status !== "approved" && (
        <Badge>{after.status === "draft" ? "Draft" : "Reviewed"}</Badge>
      )}
      {onRevert && (
        <Button size="sm" onClick={onRevert}>
          Take back
        </Button>
      )}
    </li>
  );
}

function Revert({
  project,
  changeset,
  onClose,
}: {
  project: Project;
  changeset: State["changeset"];
  onClose: () => void;
}) {
  const revert = useWrite("changesets.revert");
  const toast = useToast();
  const { valueCount, keyCount } = changeset;
  const parts = [valueCount > 0 && count(valueCount, "text"), keyCount > 0 && count(keyCount, "key")];
  const what = parts.filter(Boolean).join(" and ");
  async function confirm() {
    const input = { projectId: project.id, changesetId: changeset.id };
    const done = await takeBackWhole(revert.mutateAsync, input);
    const left = done.skippedCount > 0 ? `, left ${done.skippedCount} that changed since` : "";
    toast({ title: `Took back ${count(done.reverted, "change")}${left}` });
  }
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title="Take this change back?"
      action={`Take back ${what}`}
      onConfirm={confirm}
    >
      {plainName(changeset.actor.name ?? "Somebody who is gone")} changed {what} together here. All of it
      becomes what it was before, except what was written again since. Nothing is published by this.
    </ConfirmDialog>
  );
}
