import { Ban, CircleCheck, CircleX, FlaskConical, Hourglass, LoaderCircle, Upload } from "lucide-react";
import { Badge } from "../../../components/badge.tsx";
import { count, size } from "../../../parts/words.ts";
import type { Import } from "./use-import.ts";

const STATES = {
  uploading: { label: "Uploading", icon: Upload, tone: "accent" },
  queued: { label: "Waiting", icon: Hourglass, tone: "accent" },
  running: { label: "Running", icon: LoaderCircle, tone: "accent" },
  completed: { label: "Done", icon: CircleCheck, tone: "live" },
  failed: { label: "Failed", icon: CircleX, tone: "danger" },
  cancelled: { label: "Cancelled", icon: Ban, tone: "neutral" },
} as const;

/** Where an import is, and whether it is a trial. */
export function ImportState({ job }: { job: Import }) {
  const { label, icon, tone } = STATES[job.state];
  return (
    <>
      {job.dryRun && <Badge icon={FlaskConical}>Trial</Badge>}
      <Badge tone={tone} icon={icon}>
        {label}
      </Badge>
    </>
  );
}

/** What an import did, or how far it is, in one line. */
export function summaryOf(job: Import): string {
  if (job.state === "uploading") return `${size(job.receivedBytes)} of ${size(job.size)} uploaded`;
  if (job.state === "running")
    return `${size(job.processedBytes)} of ${size(job.size)} read, ${count(job.rows, "row")}`;
  if (job.state === "queued") return `${size(job.size)}, not begun yet`;
  const parts = [
    job.keysCreated && `${count(job.keysCreated, "key")} created`,
    job.keysUpdated && `${count(job.keysUpdated, "key")} changed`,
    job.valuesCreated && `${count(job.valuesCreated, "text")} added`,
    job.valuesUpdated && `${count(job.valuesUpdated, "text")} changed`,
    job.unchanged && `${count(job.unchanged, "text")} as before`,
    job.rejected && `${count(job.rejected, "row")} refused`,
    job.warnings && count(job.warnings, "warning"),
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(", ") : "Nothing written";
}
