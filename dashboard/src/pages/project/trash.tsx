import { Trash2 } from "lucide-react";
import { useState } from "react";
import { explain } from "../../api.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useToast } from "../../components/toast.tsx";
import { type Item, useList, useWrite } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Row, Rows } from "../../parts/rows.tsx";
import { KeyName } from "./key-name.tsx";
import { ProjectNav } from "./project-nav.tsx";
import { useProjectParams } from "./use-project.ts";

/** Keys that were deleted and can come back. */
export function TrashPage() {
  const { projectId } = useProjectParams();
  const trash = useList("trash.list", { projectId });
  return (
    <>
      <ProjectNav />
      <PageTitle
        title="Trash"
        description="Deleted keys with their texts. They are left out of the next release."
      />
      <Card flush>
        <Loaded query={trash} skeleton={<SkeletonRows rows={4} className="h-14" />}>
          {(keys) =>
            keys.length === 0 ? (
              <EmptyState icon={Trash2} title="The trash is empty">
                Keys that are moved here can be restored with their texts.
              </EmptyState>
            ) : (
              <>
                <Rows label="Deleted keys">
                  {keys.map((entry) => (
                    <DeletedKey key={entry.id} entry={entry} />
                  ))}
                </Rows>
                <MoreRows query={trash} auto />
              </>
            )
          }
        </Loaded>
      </Card>
    </>
  );
}

function DeletedKey({ entry }: { entry: Item<"trash.list"> }) {
  const { projectId } = useProjectParams();
  const restore = useWrite("keys.restore");
  const toast = useToast();
  const [failure, setFailure] = useState<string | null>(null);
  async function bringBack() {
    setFailure(null);
    try {
      await restore.mutateAsync({ projectId, ids: [entry.id] });
      toast({ title: `Restored ${entry.name}` });
    } catch (error) {
      setFailure(explain(error));
    }
  }
  return (
    <Row>
      <p className="min-w-0 grow basis-56">
        <KeyName name={entry.name} /> <Badge>{entry.namespace}</Badge>
        <span className="block text-muted">
          deleted <RelativeTime value={entry.deletedAt} />
        </span>
      </p>
      <Button
        size="sm"
        busy={restore.isPending}
        aria-label={`Restore ${entry.name}`}
        onClick={() => void bringBack()}
      >
        Restore
      </Button>
      {failure && (
        <p role="alert" className="w-full text-danger-text">
          {failure}
        </p>
      )}
    </Row>
  );
}
