import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What one `curl` of a guide was answered. */
export interface GuideAnswer {
  /** What the guide says: a status, or `2` for any that begins so. */
  expected: string;
  status: string;
  body: string;
}

export interface GuideRun {
  answers: GuideAnswer[];
  /** What commands printed so far, but for answers. */
  output(): string;
  /** What the shell itself complained about. */
  complaints: string;
  exitCode: number | null;
}

export interface Reader {
  /** The value that a reader would put in place of `NAME=…`; throws for a name that nobody can know. */
  value(name: string, run: GuideRun): Promise<string>;
  /** After each answer, before the next command. */
  settle?(): Promise<void>;
}

/** Beside the commands of a guide: each answer is told to the test, and values are asked from it. */
const PRELUDE = `
set -u
value() { command curl -sf "$TEST_HELPER/value/$1"; }
curl() {
  local body status; body=$(mktemp -p .) status=$(mktemp -p .)
  command curl -sS -w '%{stderr}%{http_code}' "$@" >"$body" 2>"$status" </dev/null
  command curl -sf "$TEST_HELPER/answer/$EXPECTED/$(tail -c 3 "$status")" --data-binary @"$body" >/dev/null || exit 90
  if [ -p /dev/stdout ]; then cat "$body"; fi
}
`;

/** Every command of a guide that talks to a server, in its order, as one program of the shell. */
export function commandsOf(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block as string);
  return blocks.filter((block) => /\bcurl |^SERVER=/m.test(block)).join("\n");
}

/**
 * The answers that a guide shows: a block of JSON right after a block of commands is what the last of those is answered, as
 * its place among all `curl`s and its text.
 */
export function shownAnswers(markdown: string): { at: number; json: string }[] {
  const shown: { at: number; json: string }[] = [];
  let curls = 0;
  const fences = /^```(\w+)[^\n]*\n([\s\S]*?)^```(?=\n\n(```json)?)/gm;
  for (const [, language, body = "", next] of markdown.matchAll(fences)) {
    if (language === "sh") curls += curlsIn(body);
    if (language === "sh" && next) shown.push({ at: curls - 1, json: "" });
    const last = shown.at(-1);
    if (language === "json" && last?.json === "") last.json = body;
  }
  return shown;
}

export function curlsIn(commands: string): number {
  return commands.match(/^(\w+=\$\()?curl /gm)?.length ?? 0;
}

/** Runs the commands of a guide in an empty folder, as a reader would who copies one after the other. */
export async function runGuide(commands: string, reader: Reader): Promise<GuideRun> {
  const folder = mkdtempSync(join(tmpdir(), "parlance-guide-"));
  const printed = join(folder, "printed");
  // A file, so that whatever was printed before a value is asked for can be read by then.
  const output = openSync(printed, "w");
  const run: GuideRun = {
    answers: [],
    output: () => readFileSync(printed, "utf8"),
    complaints: "",
    exitCode: null,
  };
  const helper = createServer(async (request, response) => {
    try {
      response.end(await help(request, run, reader));
    } catch (error) {
      run.complaints += `${(error as Error).message}\n`;
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => helper.listen(0, "127.0.0.1", resolve));
  try {
    const { PATH, HOME } = process.env;
    const TEST_HELPER = `http://127.0.0.1:${(helper.address() as AddressInfo).port}`;
    const shell = spawn("bash", ["-c", PRELUDE + prepared(commands)], {
      cwd: folder,
      env: { PATH, HOME, LC_ALL: "C.UTF-8", TEST_HELPER },
      stdio: ["ignore", output, "pipe"],
    });
    shell.stderr?.on("data", (bytes) => {
      run.complaints += bytes;
    });
    [run.exitCode] = await once(shell, "close");
    return run;
  } finally {
    helper.closeAllConnections();
    helper.close();
    closeSync(output);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A comment `→ 410` says what the next `curl` is answered; `NAME=…` is what the reader copies from an answer. */
function prepared(commands: string): string {
  let expected = "2";
  const lines = commands.split("\n").map((line) => {
    const told = /^#.*→ (\d{3})\b/.exec(line)?.[1];
    if (told) expected = told;
    const name = /^([A-Z_]+)=\S*…\S*$/.exec(line)?.[1];
    if (name) return `${name}=$(value ${name}) || exit 91`;
    if (!/^(\w+=\$\()?curl /.test(line)) return line;
    const next = `EXPECTED=${expected}\n${line}`;
    expected = "2";
    return next;
  });
  return lines.join("\n");
}

async function help(request: IncomingMessage, run: GuideRun, reader: Reader): Promise<string> {
  const [, kind, first = "", second = ""] = (request.url ?? "").split("/");
  if (kind === "value") return reader.value(first, run);
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  run.answers.push({ expected: first, status: second, body: Buffer.concat(pieces).toString() });
  await reader.settle?.();
  return "";
}
