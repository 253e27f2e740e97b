import { CheckCheck, FolderInput, Tag, Trash2, X } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { call, explain } from "../../api.ts";
import { Button } from "../../components/button.tsx";
import { useToast } from "../../components/toast.tsx";
import { count } from "../../parts/words.ts";
import type { BulkKind } from "./bulk-dialogs.tsx";
import type { Key } from "./key-table.tsx";
import { useBulk } from "./use-bulk.ts";
import type { Project } from "./use-project.ts";

const BulkDialog = lazy(() => import("./bulk-dialogs.tsx"));

/** What can be done with the selected keys; floats over the end of the table as long as there are any. */
export function SelectedKeys({
  project,
  keys,
  onClear,
}: {
  project: Project;
  keys: Key[];
  onClear: () => void;
}) {
  const toast = useToast();
  const run = useBulk(project.id);
  const [asking, setAsking] = useState<BulkKind | null>(null);
  const [busy, setBusy] = useState(false);
  async function remove() {
    setBusy(true);
    const send = (ids: string[]) =>
      call("keys.delete", { projectId: project.id, keys: ids.map((id) => ({ id })) });
    try {
      await run(
        keys,
        send,
        (all) =>
          `Moved ${count(
            all.reduce((total, { deleted }) => total + deleted, 0),
            "key",
          )} to the trash`,
      );
      onClear();
    } catch (error) {
      toast({ tone: "danger", title: explain(error) });
    }
    setBusy(false);
  }
  return (
    <div
      role="toolbar"
      aria-label="Selected keys"
      className="sticky bottom-3 z-10 m-3 flex flex-wrap items-center gap-2 rounded border border-line bg-raised px-3 py-2 text-sm shadow-float"
    >
      <p role="status" className="me-auto font-medium tabular-nums max-sm:order-first">
        {count(keys.length, "key")} selected
      </p>
      <Button size="sm" onClick={() => setAsking("status")}>
        <CheckCheck aria-hidden />
        Approve
      </Button>
      <Button size="sm" onClick={() => setAsking("move")}>
        <FolderInput aria-hidden />
        Move
      </Button>
      <Button size="sm" onClick={() => setAsking("tags")}>
        <Tag aria-hidden />
        Tags
      </Button>
      <Button size="sm" busy={busy} onClick={() => void remove()}>
        {!busy && <Trash2 aria-hidden />}
        Move to the trash
      </Button>
      <Button
        size="sm"
        variant="ghost"
        aria-label="Select none"
        aria-keyshortcuts="Escape"
        className="max-sm:order-first"
        onClick={onClear}
      >
        <X aria-hidden />
      </Button>
      {asking && (
        <Suspense>
          <BulkDialog
            kind={asking}
            project={project}
            keys={keys}
            onClose={(done) => {
              setAsking(null);
              if (done) onClear();
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
