import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { approve, type Browser, follow, readRequest } from "../../server/test/support/flow.ts";

export const MAIN = join(import.meta.dirname, "../src/main.ts");

/** Each agent is a process of its own, and starting some takes a while on a busy machine. */
export const PATIENT = { timeout: 3 * 60_000 };

export type Era = "2025-11-25" | "2026-07-28";

/** A person's computer: a home, and a browser that tells the test what it is asked to open. */
export interface Computer {
  home: string;
  environment: Record<string, string>;
  /** Every page that was opened, oldest first. */
  opened: string[];
  /** The next page that is opened from now on. */
  nextPage(): Promise<string>;
  close(): void;
}

export async function startComputer(): Promise<Computer> {
  const folder = mkdtempSync(join(tmpdir(), "parlance-computer-"));
  const [home, programs] = ["home", "programs"].map((name) => join(folder, name)) as [string, string];
  mkdirSync(home);
  mkdirSync(programs);
  const opened: string[] = [];
  const waiting: ((page: string) => void)[] = [];
  const screen = createServer((request, response) => {
    const page = decodeURIComponent(request.url?.slice(1) ?? "");
    opened.push(page);
    waiting.shift()?.(page);
    response.end();
  });
  await new Promise<void>((resolve) => screen.listen(0, "127.0.0.1", resolve));
  const { port } = screen.address() as AddressInfo;
  const script = `#!${process.execPath}\nfetch("http://127.0.0.1:${port}/" + encodeURIComponent(process.argv[2]));\n`;
  for (const name of ["xdg-open", "open"]) {
    writeFileSync(join(programs, name), script);
    chmodSync(join(programs, name), 0o755);
  }
  return {
    home,
    opened,
    environment: { HOME: home, PATH: programs, ...compileCache() },
    nextPage: () => new Promise((resolve) => waiting.push(resolve)),
    close: () => {
      screen.closeAllConnections();
      screen.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function compileCache(): Record<string, string> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};
}

export interface Agent {
  client: Client;
  /** Connects; throws what the greeting was refused with. */
  connect(): Promise<void>;
  stderr(): string;
  /** How often the lists were said to have changed. */
  changes(): number;
  close(): Promise<void>;
}

/** An agent that starts our command as agents do. */
export function newAgent(
  computer: Computer,
  environment: Record<string, string>,
  {
    era = "2025-11-25",
    main = MAIN,
    node = process.execPath,
  }: { era?: Era; main?: string; node?: string } = {},
): Agent {
  let stderr = "";
  let changes = 0;
  const onChanged = () => {
    changes += 1;
  };
  const transport = new StdioClientTransport({
    ...{ command: node, args: [main], stderr: "pipe" },
    env: { ...computer.environment, ...environment },
  });
  transport.stderr?.on("data", (chunk) => {
    stderr += String(chunk);
  });
  const client = new Client(
    { name: "an-agent", version: "3.1" },
    {
      versionNegotiation: { mode: era === "2025-11-25" ? "legacy" : { pin: era } },
      listChanged: { tools: { onChanged, autoRefresh: false } },
    },
  );
  return {
    client,
    connect: () => client.connect(transport),
    stderr: () => stderr,
    changes: () => changes,
    close: () => client.close(),
  };
}

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the command to its end. What is on its stdin is answered before stdin ends, as an agent would have it. */
export function run(
  computer: Computer,
  args: string[],
  environment: Record<string, string> = {},
  stdin = "",
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...computer.environment, ...environment },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  child.stdin.on("error", () => {}).write(stdin);
  if (stdin === "") child.stdin.end();
  else child.stdout.once("data", () => child.stdin.end());
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, ...output })));
}

/** The person's part at a page that was opened: allows what is asked, and lets the browser bring the answer back. */
export async function allow(browser: Browser, page: string, scopes?: string[]): Promise<Response> {
  const requestId = await requestIdOf(browser, page);
  return fetch(await follow(browser, await approve(browser, requestId, scopes ? { scopes } : {})));
}

export async function cancel(browser: Browser, page: string): Promise<Response> {
  const requestId = await requestIdOf(browser, page);
  await readRequest(browser, requestId);
  const decided = await browser.post(`/api/auth/mcp/requests/${requestId}/decision`, { approve: false });
  const { continue_url } = (await decided.json()) as { continue_url: string };
  return fetch(continue_url);
}

async function requestIdOf(browser: Browser, page: string): Promise<string> {
  const asked = await browser.request(page);
  const location = asked.headers.get("location");
  if (!location) throw new Error(`the page answered ${asked.status}: ${await asked.text()}`);
  return new URL(location, browser.base).pathname.split("/").at(-1) as string;
}

export function textOf(result: unknown): string {
  return (result as { content: { text?: string }[] }).content[0]?.text ?? "";
}
