import type { Output } from "@parlance/contract/operations";
import { useMemo } from "react";
import { ApiProblem } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { RowCheck } from "../../components/row-check.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useList } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Row, Rows } from "../../parts/rows.tsx";
import { count, languageLabel } from "../../parts/words.ts";
import { ChangedText, type ChangedTextItem, NumbersPerLanguage, totalOf } from "./changed-texts.tsx";
import type { Text } from "./publish-search.ts";
import { useProjectParams } from "./use-project.ts";
import { useSelection } from "./use-selection.ts";

type Plan = Output<"plans.create">;

/** A call takes so many texts that were picked one by one. */
const MOST = 1000;

/** Every text of a plan, old → new. Some of them can be selected, to publish only these. */
export function PlannedTexts({
  plan,
  picked,
  onPick,
  onAgain,
}: {
  plan: Plan;
  picked: Text[];
  onPick: (texts: Text[]) => void;
  onAgain: () => void;
}) {
  const { projectId } = useProjectParams();
  const changes = useList("plans.changes", { projectId, planId: plan.planId });
  const ids = useMemo(() => changes.data?.map(idOf) ?? [], [changes.data]);
  const selection = useSelection(ids);
  const chosen = selection.ids.length;
  const hasMoved = changes.error instanceof ApiProblem && changes.error.status === 409;
  if (hasMoved) {
    return (
      <Alert
        title="Something changed meanwhile"
        action={
          <Button size="sm" onClick={onAgain}>
            Look again
          </Button>
        }
      >
        This plan no longer holds.
      </Alert>
    );
  }
  return (
    <Card
      flush
      title={picked.length > 0 ? "Only what you picked" : "What changes"}
      actions={picked.length > 0 && <Button onClick={() => onPick([])}>Show everything again</Button>}
    >
      <Loaded query={changes} skeleton={<SkeletonRows rows={4} className="h-16" />}>
        {(items) =>
          items.length === 0 ? (
            <p className="px-5 py-4 text-sm text-muted">No text. The first release will be empty.</p>
          ) : (
            <>
              <div className="border-b border-line px-5 py-3 text-sm">
                <NumbersPerLanguage languages={plan.languages} />
              </div>
              <Rows label="What changes">
                {items.map((change, row) => (
                  <Row key={idOf(change)} className="flex-nowrap! items-start!">
                    <RowCheck
                      label={`Select ${change.name} in ${languageLabel(change.language)}`}
                      checked={selection.has(idOf(change))}
                      onToggle={(withRange) => selection.toggle(row, withRange)}
                      className="mt-px"
                    />
                    <div className="min-w-0 grow">
                      <ChangedText change={change} />
                    </div>
                  </Row>
                ))}
              </Rows>
              <MoreRows query={changes} auto />
              {chosen > 0 && (
                <div
                  role="toolbar"
                  aria-label="Selected texts"
                  className="sticky bottom-3 z-10 m-3 flex flex-wrap items-center gap-2 rounded border border-line bg-raised px-3 py-2 text-sm shadow-float"
                >
                  <p role="status" className="me-auto font-medium tabular-nums">
                    {count(chosen, "text")} selected
                    {chosen > MOST && `, ${count(MOST, "text")} at most`}
                  </p>
                  <Button
                    size="sm"
                    variant="primary"
                    disabled={chosen > MOST || chosen === totalOf(plan)}
                    onClick={() => onPick(items.filter((one) => selection.has(idOf(one))))}
                  >
                    Publish only these
                  </Button>
                  <Button size="sm" variant="ghost" onClick={selection.clear}>
                    Select none
                  </Button>
                </div>
              )}
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function idOf({ language, namespace, name }: ChangedTextItem): string {
  return `${language} ${namespace} ${name}`;
}
