import { useState } from "react";
import { explain } from "../../../api.ts";
import { Alert } from "../../../components/alert.tsx";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";
import { useToast } from "../../../components/toast.tsx";
import { useWrite } from "../../../data/queries.ts";
import { Progress } from "../../../parts/progress.tsx";
import { count, number, roughly, size } from "../../../parts/words.ts";
import { useProjectParams } from "../use-project.ts";
import { FilePicker } from "./file-picker.tsx";
import { stopUpload, type Upload, useUpload } from "./uploads.ts";
import { type Import, useRate, useSendFile } from "./use-import.ts";

/** How far an import is that is not over, and the ways to go on or stop. */
export function ImportProgress({ job }: { job: Import }) {
  const upload = useUpload(job.id);
  return (
    <div className="flex flex-col gap-4">
      {job.state === "uploading" ? <Uploading job={job} upload={upload} /> : <Processing job={job} />}
      <Cancel job={job} />
    </div>
  );
}

function Uploading({ job, upload }: { job: Import; upload: Upload | undefined }) {
  const send = useSendFile();
  const sent = Math.min(job.size, upload?.sentBytes ?? job.receivedBytes);
  const rate = useRate(sent);
  const isSending = upload?.state === "sending";
  return (
    <>
      <Progress label="Upload" percent={(sent / job.size) * 100}>
        {size(sent)} of {size(job.size)} uploaded
        {isSending && rate !== null && rate > 0 && (
          <>
            {" · "}
            {size(rate)} per second{" · "}
            {roughly((job.size - sent) / rate)} left
          </>
        )}
      </Progress>
      {upload?.state === "waiting" && (
        <Alert
          tone="production"
          announce
          title="The connection broke"
          action={
            <Button size="sm" onClick={() => send(job, upload.file)}>
              Try now
            </Button>
          }
        >
          The upload goes on by itself as soon as the server answers.
        </Alert>
      )}
      {upload?.state === "failed" && (
        <Alert tone="danger" announce title="The upload stopped">
          {upload.problem}
        </Alert>
      )}
      {isSending && (
        <p className="text-sm text-muted">
          You can look at other pages of Parlance meanwhile. If this tab closes, come back here and choose the
          file again: it goes on where it stopped.
        </p>
      )}
      {(!upload || upload.state === "failed") && <GoOn job={job} />}
    </>
  );
}

/** After a reload the browser has let go of the file; the same one, chosen again, goes on where it stopped. */
function GoOn({ job }: { job: Import }) {
  const send = useSendFile();
  const [problem, setProblem] = useState<string | null>(null);
  function choose(file: File) {
    const isSame = file.size === job.size && (job.fileName === null || file.name === job.fileName);
    if (isSame) send(job, file);
    setProblem(
      isSame
        ? null
        : `This is another file. Choose ${job.fileName ?? "the one"} with ${count(job.size, "byte")}.`,
    );
  }
  return (
    <>
      {problem && (
        <Alert tone="danger" announce>
          {problem}
        </Alert>
      )}
      <FilePicker label="Choose the same file to go on" onFile={choose}>
        <bdi>{job.fileName ?? "The file"}</bdi>, {size(job.size)}. What came already is kept for a day.
      </FilePicker>
    </>
  );
}

function Processing({ job }: { job: Import }) {
  const rows = useRate(job.rows);
  const bytes = useRate(job.processedBytes);
  const left = bytes !== null && bytes > 0 ? (job.size - job.processedBytes) / bytes : null;
  const percent = (job.processedBytes / job.size) * 100;
  return (
    <>
      <Progress label={job.dryRun ? "Trial" : "Import"} percent={job.state === "queued" ? null : percent}>
        {job.state === "queued" ? (
          "All of it has come. It begins in a moment."
        ) : (
          <>
            {size(job.processedBytes)} of {size(job.size)} read{" · "}
            {count(job.rows, "row")}
            {rows !== null && rows > 0 && <> · {number(Math.round(rows))} per second</>}
            {left !== null && <> · {roughly(left)} left</>}
          </>
        )}
      </Progress>
      <p className="text-sm text-muted">
        The server works on this by itself. You can close this page and find it again under “Import and
        export”.
      </p>
    </>
  );
}

function Cancel({ job }: { job: Import }) {
  const { projectId } = useProjectParams();
  const cancel = useWrite("imports.cancel");
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const writes = job.state === "running" && !job.dryRun;

  async function stop() {
    stopUpload(job.id);
    await cancel.mutateAsync({ projectId, importId: job.id });
    toast({ title: "Import cancelled" });
  }
  return (
    <div>
      <Button
        size="sm"
        busy={cancel.isPending}
        onClick={() => {
          if (writes) return setAsking(true);
          stop().catch((error) => toast({ tone: "danger", title: explain(error) }));
        }}
      >
        {writes ? "Cancel import …" : job.dryRun ? "Cancel trial" : "Cancel import"}
      </Button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Stop here?"
        action="Stop the import"
        onConfirm={stop}
      >
        What was written so far stays: {count(job.valuesCreated + job.valuesUpdated, "text")}. Together they
        are one change, which can be taken back as a whole.
      </ConfirmDialog>
    </div>
  );
}
