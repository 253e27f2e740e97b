import { closeSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { newId } from "./crypto.ts";
import type { Log } from "./log.ts";

/** Which process this is among those that share a database. */
export interface NodeIdentity {
  /** What it claims bears this. */
  readonly id: string;
  /** Processes that ran on the same DATA_DIR and are over, however they ended: what they had claimed is free. */
  readonly gone: readonly string[];
}

const ENDING = ".lock";
/** Files stay locked as long as they are open. */
const held: DatabaseSync[] = [];

/**
 * Each process locks a file of its own in DATA_DIR for as long as it lives; the operating system unlocks it however the
 * process ends. So whose file can be locked is gone, and who lives is never taken for gone. Where the folder cannot be
 * written nobody is known to be gone, and claims run out by themselves.
 */
export function nodeIdentity(dataDir: string, log: Log): NodeIdentity {
  const folder = join(dataDir, "nodes");
  const id = newId("node");
  try {
    mkdirSync(folder, { recursive: true });
    const gone = readdirSync(folder)
      .filter((name) => name.endsWith(ENDING) && isFree(join(folder, name)))
      .map((name) => name.slice(0, -ENDING.length));
    for (const name of gone) rmSync(join(folder, name + ENDING), { force: true });
    // Under its name only once it is locked: until then others would take it for that of a process that is over.
    const draft = join(folder, id);
    closeSync(openSync(draft, "w", 0o600));
    const file = lock(draft);
    if (file) held.push(file);
    renameSync(draft, join(folder, id + ENDING));
    return { id, gone };
  } catch (error) {
    log.warn({ err: error }, "what a former process had claimed is free only once its claims have run out");
    return { id, gone: [] };
  }
}

/** The id of a new claim of a process. */
export function newClaimId({ id }: NodeIdentity): string {
  return `${id}/${newId("wrk")}`;
}

/** Whether a claim is of a process that is over. */
export function isGone({ gone }: NodeIdentity, claimId: string): boolean {
  return gone.some((id) => claimId.startsWith(`${id}/`));
}

function isFree(path: string): boolean {
  const file = lock(path);
  file?.close();
  return file !== undefined;
}

/** SQLite's lock is the one lock on a file that dies with its process on every system; nothing is written into it. */
function lock(path: string): DatabaseSync | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("pragma journal_mode = memory; begin exclusive");
    return file;
  } catch {
    file.close();
    return undefined;
  }
}
