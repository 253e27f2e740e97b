import { CREDENTIAL_PATTERN, CREDENTIALS } from "@parlance/contract/credentials";
import pino, { type Logger } from "pino";
import { readableLine } from "./readable-line.ts";

export interface Log extends Logger {
  /** The line of a request that was answered. Every request has one, so it is written without the general way. */
  request(facts: AnsweredRequest): void;
}

export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

/** How a line is written: as JSON for machines, or readable for whoever develops. */
export type LogForm = "json" | "readable";

/**
 * A log that writes lines, to standard output unless told. Whatever looks like one of our credentials is cut out.
 *
 * @param destination is written to line by line
 */
export function openLog(
  level: string,
  destination?: Pick<NodeJS.WritableStream, "write">,
  form: LogForm = "json",
): Log {
  const out = destination ? (line: string) => void destination.write(redact(line)) : standardOutput();
  const write = (line: string) => out(form === "json" ? line : readableLine(line));
  const log = pino(
    { level, base: undefined, timestamp: isoTime, serializers: { err: describeError } },
    { write },
  );
  return Object.assign(log, {
    request(facts: AnsweredRequest) {
      if (log.isLevelEnabled("info")) write(requestLine(facts));
    },
  });
}

/** The path is what a stranger sent; the rest is ours, or was checked by the parser of HTTP. */
function requestLine({ requestId, method, path, status, ms }: AnsweredRequest): string {
  const facts = `"requestId":"${requestId}","method":"${method}","path":${JSON.stringify(path)},"status":${status},"ms":${ms}`;
  return `{"level":${pino.levels.values.info}${isoTime()},${facts},"msg":"request"}\n`;
}

/** Lines of one millisecond share their text, which costs more to make than the rest of a line. */
function isoTime(): string {
  const now = Date.now();
  if (now !== lastTime.ms) lastTime = { ms: now, text: `,"time":"${new Date(now).toISOString()}"` };
  return lastTime.text;
}

let lastTime = { ms: Number.NaN, text: "" };

let waiting: string[] = [];

/**
 * Writes the lines of one turn of the event loop in one piece, because each piece costs a system call. The rest is written
 * when the process ends, whatever the cause.
 */
function standardOutput(): (line: string) => void {
  // Added but once, because `off` knows the same function again.
  process.off("exit", flush).once("exit", flush);
  return (line) => {
    if (waiting.length === 0) setImmediate(flush);
    waiting.push(line);
  };
}

function flush(): void {
  const text = redact(waiting.join(""));
  waiting = [];
  if (text) process.stdout.write(text);
}

const PREFIXES = Object.values(CREDENTIALS).map(({ prefix }) => prefix);

export function redact(text: string): string {
  // Nearly no line has one, and to see that costs less than to look for all of them.
  if (!PREFIXES.some((prefix) => text.includes(prefix))) return text;
  return text.replaceAll(CREDENTIAL_PATTERN, "[credential]");
}

/** Only the parts that name the fault: Postgres adds the row or value that it refused, and mail servers the addresses. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack, code, constraint, table } = pino.stdSerializers.err(error);
  return { type, message, stack, code, constraint, table };
}
