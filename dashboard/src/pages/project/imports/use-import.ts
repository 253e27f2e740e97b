import type { Output, Request as Sent } from "@parlance/contract/operations";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { call } from "../../../api.ts";
import { useList } from "../../../data/queries.ts";
import { useProjectParams } from "../use-project.ts";
import { startUpload } from "./uploads.ts";

export type Import = Output<"imports.get">;
/** What a person decides about an import; the file says the rest. */
export type Settings = Omit<Sent<"imports.create">, "projectId" | "size" | "fileName" | "dryRun">;

const LOOK_MS = 1000;
/** The speed shown is the average of this many last looks. */
const MOST_LOOKS = 10;

export function isOver({ state }: Pick<Import, "state">): boolean {
  return state === "completed" || state === "failed" || state === "cancelled";
}

/** An import, looked at again and again until it is over; then everything else is read again, for it may have changed. */
export function useImport(importId: string) {
  const { projectId } = useProjectParams();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: keyOf(projectId, importId),
    queryFn: ({ signal }) => call("imports.get", { projectId, importId }, signal),
    // One that never was there is not looked for again; one that cannot be reached for a moment is.
    refetchInterval: ({ state: { data } }) => (!data || isOver(data) ? false : LOOK_MS),
  });
  const over = query.data && isOver(query.data);
  const was = useRef(over);
  useEffect(() => {
    if (was.current === false && over) {
      void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "imports.get" });
    }
    was.current = over;
  }, [over, client]);
  return query;
}

/** The project's imports, read again while one of them is at work. */
export function useImports() {
  const { projectId } = useProjectParams();
  const query = useList("imports.list", { projectId });
  const isBusy = query.data?.some(({ state }) => state === "queued" || state === "running") ?? false;
  const { refetch } = query;
  useEffect(() => {
    if (!isBusy) return;
    const timer = setInterval(() => void refetch(), 2 * LOOK_MS);
    return () => clearInterval(timer);
  }, [isBusy, refetch]);
  return query;
}

/** Announces a file, begins to send it, and leads to the page that shows how far it is. */
export function useStartImport() {
  const { slug, project, projectId } = useProjectParams();
  const send = useSendFile();
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (file: File, settings: Settings, dryRun: boolean) => {
    const job = await call("imports.create", {
      ...settings,
      projectId,
      dryRun,
      fileName: file.name.slice(-255),
      size: file.size,
    });
    send(job, file);
    void client.invalidateQueries({ queryKey: ["imports.list"] });
    await navigate({
      to: "/organizations/$slug/projects/$project/imports/$importId",
      params: { slug, project, importId: job.id },
    });
  };
}

/** Sends what the server lacks of an import's file; what is shown of the import follows. */
export function useSendFile() {
  const { projectId } = useProjectParams();
  const client = useQueryClient();
  return (job: Import, file: File) => {
    client.setQueryData(keyOf(projectId, job.id), job);
    startUpload(projectId, job, file, (now) => client.setQueryData(keyOf(projectId, job.id), now));
  };
}

/** How much a number grows in a second, by the last looks at it; null until there were two. */
export function useRate(amount: number): number | null {
  const seen = useRef<{ at: number; amount: number }[]>([]);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    const looks = seen.current;
    const last = looks.at(-1);
    if (last && amount < last.amount) looks.length = 0;
    looks.push({ at: performance.now(), amount });
    if (looks.length > MOST_LOOKS) looks.shift();
    const [first] = looks;
    const end = looks.at(-1);
    const seconds = first && end ? (end.at - first.at) / 1000 : 0;
    if (first && end && seconds >= 0.5) setRate((end.amount - first.amount) / seconds);
  }, [amount]);
  return rate;
}

/** What an import was made with, to make another like it. */
export function settingsOf(job: Import): Settings {
  const { format, language, namespace, existing, status, message } = job;
  return {
    format,
    existing,
    status,
    ...(language && { language }),
    ...(namespace && { namespace }),
    ...(message && { message }),
  };
}

function keyOf(projectId: string, importId: string) {
  return ["imports.get", { projectId, importId }];
}
