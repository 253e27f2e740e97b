import type { Output } from "@parlance/contract/operations";
import { useSyncExternalStore } from "react";
import { ApiProblem, answerOf, call, explain, routeOf } from "../../../api.ts";

/** Files on their way to the server. They go on while other pages are looked at, and end with the browser's tab. */
export interface Upload {
  file: File;
  sentBytes: number;
  /** `waiting`: the connection broke, and it is tried again by itself. */
  state: "sending" | "waiting" | "failed";
  problem: string | null;
}

type Import = Output<"imports.get">;

const SLICE_BYTES = 8 * 1024 * 1024;
const LONGEST_PAUSE_MS = 30_000;
/** The server and this page disagree about what has come, although the page asked each time. */
const MOST_COLLISIONS = 5;

const uploads = new Map<string, Upload>();
const stops = new Map<string, AbortController>();
/** Kept until the tab closes: a file that was tried is imported without being chosen again. */
const files = new Map<string, File>();
const listeners = new Set<() => void>();

/** Sends what the server does not have of the file yet. `onReceived` gets the import after every part. */
export function startUpload(
  projectId: string,
  { id, receivedBytes }: Pick<Import, "id" | "receivedBytes">,
  file: File,
  onReceived: (job: Import) => void,
): void {
  stopUpload(id);
  files.set(id, file);
  const stop = new AbortController();
  stops.set(id, stop);
  set(id, { file, sentBytes: receivedBytes, state: "sending", problem: null });
  void send(projectId, id, stop.signal, onReceived).finally(() => {
    if (stops.get(id) === stop) stops.delete(id);
  });
}

export function stopUpload(importId: string): void {
  stops.get(importId)?.abort();
  stops.delete(importId);
  set(importId, null);
}

/** The upload of an import from this tab; undefined without one. */
export function useUpload(importId: string): Upload | undefined {
  return useSyncExternalStore(subscribe, () => uploads.get(importId));
}

/** The file that this tab sent for an import. */
export function fileOf(importId: string): File | undefined {
  return files.get(importId);
}

async function send(
  projectId: string,
  importId: string,
  signal: AbortSignal,
  onReceived: (job: Import) => void,
): Promise<void> {
  let failures = 0;
  let collisions = 0;
  while (!signal.aborted) {
    const upload = uploads.get(importId);
    if (!upload) return;
    try {
      const job =
        failures === 0
          ? await sendSlice(projectId, importId, upload, signal)
          : await call("imports.get", { projectId, importId }, signal);
      failures = 0;
      onReceived(job);
      if (job.state !== "uploading") return set(importId, null);
      set(importId, { ...upload, sentBytes: job.receivedBytes, state: "sending", problem: null });
    } catch (error) {
      if (signal.aborted) return;
      if (!(await isReadable(upload.file))) {
        const problem = "The file was changed or moved since it was chosen. Choose it again.";
        return set(importId, { ...upload, state: "failed", problem });
      }
      collisions += isStatus(error, 409) ? 1 : 0;
      if (!isPassing(error) || collisions > MOST_COLLISIONS) {
        return set(importId, { ...upload, state: "failed", problem: explain(error) });
      }
      failures += 1;
      if (!isStatus(error, 409)) set(importId, { ...upload, state: "waiting", problem: explain(error) });
      await pause(Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures), signal);
    }
  }
}

/** One part of the file, with progress inside of it: `fetch` does not report what it has sent. */
function sendSlice(
  projectId: string,
  importId: string,
  { file, sentBytes: offset }: Upload,
  signal: AbortSignal,
): Promise<Import> {
  const { method, address } = routeOf("imports.upload", { projectId, importId });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const lost = () => reject(new ApiProblem({ status: 0, code: "unreachable", description: "" }));
    request.open(method, address);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("Upload-Offset", String(offset));
    request.upload.onprogress = ({ loaded }) => {
      const upload = uploads.get(importId);
      if (upload && !signal.aborted) set(importId, { ...upload, sentBytes: offset + loaded });
    };
    request.onload = () => {
      const headers = { "x-request-id": request.getResponseHeader("x-request-id") ?? "" };
      const { status } = request;
      answerOf<Import>(new Response(request.responseText, { status, headers })).then(resolve, reject);
    };
    request.onerror = lost;
    request.onabort = lost;
    request.onloadend = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    request.send(file.slice(offset, offset + SLICE_BYTES));
  });
}

/** Whether it may work later: no connection, a server that restarts, too many requests, another offset. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return false;
  return error.status === 0 || [408, 409, 429].includes(error.status) || error.status >= 500;
}

/** A browser gives no bytes of a file that was written to after it was chosen. */
function isReadable(file: File): Promise<boolean> {
  const readable = file.slice(0, 1).arrayBuffer();
  return readable.then(
    () => true,
    () => false,
  );
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof ApiProblem && error.status === status;
}

/** Shorter when the browser says that there is a connection again. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    }
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}

function set(importId: string, upload: Upload | null): void {
  if (upload) uploads.set(importId, upload);
  else uploads.delete(importId);
  const isBusy = [...uploads.values()].some(({ state }) => state !== "failed");
  if (isBusy) addEventListener("beforeunload", ask);
  else removeEventListener("beforeunload", ask);
  for (const notify of listeners) notify();
}

/** Closing the tab interrupts the upload, so the browser asks first. */
function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function subscribe(notify: () => void): () => void {
  listeners.add(notify);
  return () => listeners.delete(notify);
}
