import { CREDENTIAL_PATTERN } from "@parlance/contract/credentials";
import pino, { type Logger } from "pino";

export type Log = Logger;

/** JSON lines on standard output. Whatever looks like one of our credentials is cut out of every line. */
export function openLog(level: string, destination: NodeJS.WritableStream = process.stdout): Log {
  return pino(
    { level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime },
    {
      write(line: string) {
        destination.write(redact(line));
      },
    },
  );
}

export function redact(text: string): string {
  return text.replaceAll(CREDENTIAL_PATTERN, "[credential]");
}
