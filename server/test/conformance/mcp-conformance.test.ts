import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { afterAll, expect, test } from "vitest";
import { approve, follow } from "../support/flow.ts";
import { startWorld } from "./world.ts";

/** The conformance tool of the Model Context Protocol, run against us as an authorization server. */
const TOOL = createRequire(import.meta.url).resolve("@modelcontextprotocol/conformance/dist/index.js");

const world = await startWorld();
const { base, owner } = world;
afterAll(() => world.close());

test.each([
  { audience: "the partner API", resource: [] },
  { audience: "MCP", resource: ["--resource", world.config.MCP_URL] },
])("both of its scenarios pass, with tokens for $audience", async ({ resource }) => {
  const port = await freePort();
  const app = await world.app({ type: "native", redirectUris: [`http://127.0.0.1:${port}/callback`] });
  const tool = spawn(
    process.execPath,
    [TOOL, "authorization", "--url", base, "--client-id", app.clientId, "--port", String(port), ...resource],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  let walked: Promise<void> | undefined;
  for (const stream of [tool.stdout, tool.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const [link] = output.match(/^http\S+\/authorize\?\S+(?=\n)/m) ?? [];
      if (link && !walked) {
        walked = walk(link).catch((error: unknown) => {
          output += `\n${error}`;
        });
      }
    });
  }
  const code = await new Promise((resolve) => tool.on("close", resolve));
  await walked;
  expect(output).toMatch(/✓ authorization-server-metadata-endpoint: [1-9]\d* passed, 0 failed/);
  expect(output).toMatch(/✓ authorization-code-grant: [1-9]\d* passed, 0 failed/);
  expect(code, output).toBe(0);
});

/** The person's part: opens the printed link, allows, and lets the browser deliver the answer to the tool. */
async function walk(link: string): Promise<void> {
  const asked = await owner.browser.request(link);
  const requestId = new URL(asked.headers.get("location")!, base).pathname.split("/").at(-1)!;
  await fetch(await follow(owner.browser, await approve(owner.browser, requestId)));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
