import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";

const LOOK_AGAIN_MS = 100;
const BEAT_MS = 1_000;
/** A holder that has not moved its file for so long is dead, or asleep with its computer. */
const DEAD_AFTER_MS = 10_000;

export type Release = () => Promise<void>;

/**
 * Takes the lock at `path`, whose folder exists, or answers null while somebody else holds it. It keeps processes of one person from doing the
 * same thing twice; nothing breaks when it fails, because the server forgives a late refresh (spec/oauth, "Rotation").
 */
export async function tryLock(path: string): Promise<Release | null> {
  const mark = `${process.pid} ${randomBytes(8).toString("hex")}`;
  const taken = (await create(path, mark)) || ((await clearDead(path)) && (await create(path, mark)));
  if (!taken) return null;
  const beat = setInterval(() => {
    const now = new Date();
    // A file that somebody took away is theirs; the work under way ends by itself.
    utimes(path, now, now).catch(() => {});
  }, BEAT_MS);
  beat.unref();
  return async () => {
    clearInterval(beat);
    if ((await readMark(path)) === mark) await rm(path, { force: true });
  };
}

/** Takes the lock as soon as it is free. Throws what `signal` was aborted with. */
export async function lock(path: string, signal?: AbortSignal): Promise<Release> {
  for (;;) {
    signal?.throwIfAborted();
    const release = await tryLock(path);
    if (release) return release;
    await pause(LOOK_AGAIN_MS);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function create(path: string, mark: string): Promise<boolean> {
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(mark);
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the lock of a process that is gone; true when it did. */
async function clearDead(path: string): Promise<boolean> {
  const mark = await readMark(path);
  if (mark === null) return true;
  if (!(await isDead(path, mark))) return false;
  const aside = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
  try {
    if ((await readMark(aside)) === mark) return true;
    // Somebody was faster, and this is the lock they took since: it goes back, unless a third one stands there.
    await link(aside, path).catch(ignoreExisting);
    return false;
  } finally {
    await rm(aside, { force: true });
  }
}

async function isDead(path: string, mark: string): Promise<boolean> {
  const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
  if (Date.now() - mtimeMs > DEAD_AFTER_MS) return true;
  const pid = Number(mark.split(" ")[0]);
  // Between making the file and writing the mark it is empty.
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

async function readMark(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") throw error;
}
