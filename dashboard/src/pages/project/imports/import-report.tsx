import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { explain } from "../../../api.ts";
import { Alert } from "../../../components/alert.tsx";
import { Button, buttonClass } from "../../../components/button.tsx";
import { count, number } from "../../../parts/words.ts";
import { useProjectParams } from "../use-project.ts";
import { fileOf } from "./uploads.ts";
import { type Import, settingsOf, useStartImport } from "./use-import.ts";

/** What an import that is over did, and what comes next. */
export function ImportReport({ job }: { job: Import }) {
  const { tone, title, text } = endOf(job);
  const isDone = job.state === "completed";
  return (
    <div className="flex flex-col gap-4">
      <Alert tone={tone} title={title} announce>
        {text}
      </Alert>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 empty:hidden">
        {job.changesetId !== null && <SeeChanges changesetId={job.changesetId} />}
        {isDone && job.dryRun && <ImportNow job={job} />}
        {!isDone && <Again job={job} label="Start again" />}
      </div>
    </div>
  );
}

function endOf(job: Import): {
  tone: "live" | "danger" | "info";
  title: string;
  text: string;
} {
  const written = job.valuesCreated + job.valuesUpdated;
  const stays =
    written > 0 && !job.dryRun ? ` What was written until then stays: ${count(written, "text")}.` : "";
  if (job.state === "failed" && job.error) {
    const { message, row } = job.error;
    const where = row === undefined ? "" : ` Row ${number(row)}.`;
    return { tone: "danger", title: "It stopped before the end", text: `${message}${where}${stays}` };
  }
  if (job.state === "cancelled") {
    return {
      tone: "info",
      title: "It was cancelled",
      text: `${count(job.rows, "row was", "rows were")} read.${stays}`,
    };
  }
  const refused = job.dryRun ? "would be refused" : "refused";
  const faults = job.rejected > 0 ? ` ${count(job.rejected, "row")} ${refused}, see below.` : "";
  if (job.dryRun) {
    return {
      tone: "info",
      title: "This was a trial. Nothing was written",
      text: `An import would write ${count(written, "text")} and create ${count(job.keysCreated, "key")}.${faults}`,
    };
  }
  return {
    tone: job.rejected > 0 ? "info" : "live",
    title: `${count(written, "text")} written, ${count(job.keysCreated, "key")} created`,
    text: `${count(job.rows, "row was", "rows were")} read.${faults}`,
  };
}

/** Everything it wrote is one change, which can be looked at and taken back as a whole. */
function SeeChanges({ changesetId }: { changesetId: string }) {
  const { slug, project } = useProjectParams();
  return (
    <Link
      to="/organizations/$slug/projects/$project/changes/$changesetId"
      params={{ slug, project, changesetId }}
      className={buttonClass()}
    >
      See what changed
    </Link>
  );
}

/** The same for good: at once while this tab still has the file, otherwise after choosing it again. */
function ImportNow({ job }: { job: Import }) {
  const start = useStartImport();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const file = fileOf(job.id);
  if (!file) return <Again job={job} label="Import it" />;

  async function begin(chosen: File) {
    setBusy(true);
    setFailure(null);
    await start(chosen, settingsOf(job), false).catch((error) => setFailure(explain(error)));
    setBusy(false);
  }
  return (
    <>
      <Button variant="primary" busy={busy} onClick={() => void begin(file)}>
        Import now
      </Button>
      {failure && (
        <p role="alert" className="text-sm text-danger-text">
          {failure}
        </p>
      )}
    </>
  );
}

function Again({ job, label }: { job: Import; label: string }) {
  const { slug, project } = useProjectParams();
  return (
    <>
      <Link
        to="/organizations/$slug/projects/$project/imports"
        params={{ slug, project }}
        search={{ like: job.id }}
        className={buttonClass()}
      >
        {label}
      </Link>
      <span className="text-sm text-muted">You choose the file again; the settings stay.</span>
    </>
  );
}
