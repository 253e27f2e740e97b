import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { processorSeconds } from "./process-facts.ts";
import type { Program } from "./program.ts";

/** A request that a connection sends again and again, the next as soon as the answer is there. */
export interface Script {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  /**
   * The field of a JSON answer that the next request sends in place of `{next}`, with its first value. It keeps its
   * length, so that the body does.
   */
  next?: { field: string; value: string };
}

export interface Load {
  port: number;
  scripts: readonly Script[];
  /** Defaults to a connection for every script; fewer connections take turns with their scripts. */
  connections?: number;
  /** The status that every answer must have, or one of those; another one ends the measurement with an error. */
  status: number | readonly number[];
  seconds: number;
  /** Ends after so many answers, if that comes first. */
  most?: number;
}

export interface LoadResult {
  perSecond: number;
  count: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  bytesPerAnswer: number;
  /** How busy the sending process was, of one processor: near 1 it was the slower side. */
  senderShare: number;
  /** For every script with `next`: what its next request would have sent. */
  next: (string | undefined)[];
}

/** Puts load on a port from another process. Throws when an answer is not the expected one. */
export async function load(work: Load): Promise<LoadResult> {
  const child = fork(join(import.meta.dirname, "load-process.ts"), { stdio: "inherit" });
  child.send(work);
  const [answer] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => [{ error: `the sender ended with ${code}` }]),
  ])) as [LoadResult | { error: string }];
  child.kill();
  if ("error" in answer) throw new Error(answer.error);
  return answer;
}

export interface Loaded extends LoadResult {
  /** Processor time that the server used per answer, in microseconds; NaN where the system does not say. */
  processorMicros: number;
}

/** Load on a program, with the processor time that it took. */
export async function loadProgram(program: Program, work: Omit<Load, "port">): Promise<Loaded> {
  const before = processorSeconds(program.pid);
  const result = await load({ ...work, port: program.port });
  const after = processorSeconds(program.pid);
  const processorMicros =
    before === null || after === null ? Number.NaN : ((after - before) * 1_000_000) / result.count;
  return { ...result, processorMicros };
}
