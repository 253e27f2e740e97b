import { spawn } from "node:child_process";
import { createServer, request } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";

/** The conformance tool of the Model Context Protocol. */
export const TOOL = createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/dist/index.js");

export interface Front {
  url: string;
  close(): void;
}

/** The endpoint as if it needed no token: every request is handed on as it came, with this one added. */
export async function withToken(endpoint: URL, token: string): Promise<Front> {
  const proxy = createServer((incoming, outgoing) => {
    const headers = { ...incoming.headers, authorization: `Bearer ${token}` };
    const { hostname, port } = endpoint;
    const passed = request({ hostname, port, path: endpoint.pathname, method: incoming.method, headers });
    passed.on("response", (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    passed.on("error", () => outgoing.destroy());
    outgoing.on("close", () => passed.destroy());
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "localhost", resolve));
  return {
    url: `http://localhost:${(proxy.address() as AddressInfo).port}${endpoint.pathname}`,
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}

/** Runs a program of Node to its end; both its streams in one text too, as a terminal would show them. */
export async function runNode(
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; output: string }> {
  const child = spawn(process.execPath, args, { cwd: tmpdir(), stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { code, stdout, output };
}
