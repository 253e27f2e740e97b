import { useQueryClient } from "@tanstack/react-query";
import { PencilLine, Trash2 } from "lucide-react";
import { useState } from "react";
import { call, explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { useToast } from "../../components/toast.tsx";
import { Fact, Facts } from "../../parts/facts.tsx";
import { count } from "../../parts/words.ts";
import { ChangeKey } from "./change-key.tsx";
import { KeyHistory } from "./key-history.tsx";
import type { Key } from "./key-table.tsx";
import type { Project } from "./use-project.ts";

/** One key: what it is called and for, how to change that, what its texts were before, and the way to the trash. */
export default function KeyPanel({
  entry: opened,
  project,
  onTag,
  onClose,
}: {
  entry: Key;
  project: Project;
  onTag: (tag: string) => void;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const toast = useToast();
  const [entry, setEntry] = useState(opened);
  const [changing, setChanging] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const name = plainName(entry.name);
  const one = { projectId: project.id };

  async function restore() {
    try {
      await call("keys.restore", { ...one, ids: [entry.id] });
      toast({ title: `${name} is back with its texts` });
      await client.invalidateQueries();
    } catch (error) {
      toast({ tone: "danger", title: explain(error) });
    }
  }

  async function remove() {
    setBusy(true);
    try {
      await call("keys.delete", { ...one, keys: [{ id: entry.id }] });
      toast({
        title: `Moved ${name} to the trash`,
        action: { label: "Undo", onClick: () => void restore() },
      });
      onClose();
      await client.invalidateQueries();
    } catch (error) {
      setFailure(explain(error));
      setBusy(false);
    }
  }

  return (
    <Dialog open onOpenChange={onClose} title={<span className="font-mono break-all">{entry.name}</span>}>
      <div className="flex flex-col gap-5">
        {failure && (
          <Alert tone="danger" announce>
            {failure}
          </Alert>
        )}
        {changing ? (
          <ChangeKey
            projectId={project.id}
            entry={entry}
            namespaces={project.namespaces.map((one) => one.name)}
            onDone={(changed) => {
              if (changed) setEntry(changed);
              setChanging(false);
            }}
          />
        ) : (
          <>
            <KeyFacts entry={entry} onTag={onTag} />
            <Button className="self-start" onClick={() => setChanging(true)}>
              <PencilLine aria-hidden />
              Change key
            </Button>
          </>
        )}
        <KeyHistory project={project} keyId={entry.id} />
        <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4">
          <p className="min-w-0 grow basis-48 text-sm text-muted">
            In the trash it keeps its texts, and leaves the CDN with the next release.
          </p>
          <Button busy={busy} onClick={() => void remove()}>
            <Trash2 aria-hidden />
            Move to the trash
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function KeyFacts({ entry, onTag }: { entry: Key; onTag: (tag: string) => void }) {
  return (
    <Facts>
      <Fact name="Namespace">{entry.namespace}</Fact>
      {entry.description && (
        <Fact name="Description">
          <Name>{entry.description}</Name>
        </Fact>
      )}
      {entry.tags.length > 0 && (
        <Fact name="Tags">
          <span className="flex flex-wrap gap-2">
            {entry.tags.map((tag) => (
              <Button key={tag} size="sm" onClick={() => onTag(tag)}>
                {tag}
              </Button>
            ))}
          </span>
        </Fact>
      )}
      <Fact name="Format">{entry.format === "icu" ? "ICU MessageFormat" : "Plain text"}</Fact>
      {entry.maxLength !== null && <Fact name="Maximum length">{count(entry.maxLength, "character")}</Fact>}
      <Fact name="Created">
        <RelativeTime value={entry.createdAt} />
      </Fact>
      <Fact name="Id">
        <CopyId value={entry.id} />
      </Fact>
    </Facts>
  );
}
