import { CREDENTIAL_PATTERN, CREDENTIALS } from "@parlance/contract/credentials";
import pino, { type Logger } from "pino";
import { readableLine } from "./readable-line.ts";

export type Log = Logger;

/** How a line is written: as JSON for machines, or readable for whoever develops. */
export type LogForm = "json" | "readable";

/** A log that writes lines to standard output. Whatever looks like one of our credentials is cut out. */
export function openLog(
  level: string,
  destination: Pick<NodeJS.WritableStream, "write"> = standardOutput(),
  form: LogForm = "json",
): Log {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime, serializers: { err: describeError } },
    {
      write(line: string) {
        destination.write(redact(form === "json" ? line : readableLine(line)));
      },
    },
  );
}

let waiting: string[] = [];

/**
 * Writes the lines of one turn of the event loop in one piece, because each piece costs a system call. The rest is written
 * when the process ends, whatever the cause.
 */
function standardOutput(): Pick<NodeJS.WritableStream, "write"> {
  // Added but once, because `off` knows the same function again.
  process.off("exit", flush).once("exit", flush);
  return {
    write(line: string | Uint8Array) {
      if (waiting.length === 0) setImmediate(flush);
      waiting.push(String(line));
      return true;
    },
  };
}

function flush(): void {
  const text = waiting.join("");
  waiting = [];
  if (text) process.stdout.write(text);
}

const PREFIXES = Object.values(CREDENTIALS).map(({ prefix }) => prefix);

export function redact(text: string): string {
  // Nearly every line has none, and to see that costs less than to look for all of them.
  if (!PREFIXES.some((prefix) => text.includes(prefix))) return text;
  return text.replaceAll(CREDENTIAL_PATTERN, "[credential]");
}

/** Only the parts that name the fault: Postgres adds the row or value that it refused, and mail servers the addresses. */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { type, message, stack, code, constraint, table } = pino.stdSerializers.err(error);
  return { type, message, stack, code, constraint, table };
}
