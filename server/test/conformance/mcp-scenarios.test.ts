import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { identifier } from "../../src/access/identify.ts";
import { assembleRecognizers } from "../../src/handlers.ts";
import { mcpDoor } from "../../src/mcp/door.ts";
import type { Serve } from "../../src/mcp/serve.ts";
import { AccessTokens } from "../../src/oauth/access-token.ts";
import { openArrivals } from "../../src/platform/arrival.ts";
import { startScene } from "../refusals/scene.ts";
import { serveFixture } from "./mcp-fixture.ts";
import { type Front, runNode, TOOL, withToken } from "./mcp-tool.ts";

type Revision = "2025-11-25" | "2026-07-28";
const REVISIONS: readonly Revision[] = ["2025-11-25", "2026-07-28"];
const MINUTES = 5 * 60_000;

/** What the product itself is asked; the other scenarios call tools, prompts and resources that are made for them. */
const OF_THE_PRODUCT: Record<Revision, readonly string[]> = {
  "2025-11-25": [
    ...["server-initialize", "logging-set-level", "ping", "tools-list", "tools-call-simple-text"],
    ...["tools-call-error", "server-sse-multiple-streams", "resources-list", "dns-rebinding-protection"],
    ...["server-session-lifecycle", "server-sse-polling"],
  ],
  "2026-07-28": [
    ...["tools-list", "tools-call-simple-text", "tools-call-error", "server-sse-multiple-streams"],
    ...["resources-list", "sep-2164-resource-not-found", "dns-rebinding-protection"],
    ...["input-required-result-missing-input-response", "input-required-result-unsupported-methods"],
    ...["input-required-result-ignore-extra-params", "input-required-result-validate-input"],
    ...["http-header-validation", "tasks-status-notifications"],
  ],
};

/** What is run beside the requirements and not offered: by the product nowhere, and by the fixture neither. */
const NOT_OFFERED: Record<Revision, Record<string, string>> = {
  "2025-11-25": {
    "server-session-lifecycle":
      "added after the release; we have no sessions, and those of the fixture are its own way to ask a client back",
    "json-schema-2020-12": "pending in the tool: its own reference server does not pass it",
  },
  "2026-07-28": {
    ...Object.fromEntries(
      [
        ...["tasks-lifecycle", "tasks-capability-negotiation", "tasks-wire-fields"],
        ...["tasks-request-state-removal", "tasks-mrtr-input", "tasks-request-headers"],
        ...["tasks-dispatch-and-envelope", "tasks-required-task-error", "tasks-mrtr-composition"],
      ].map((name) => [name, "an extension: our longest tools answer with an id that another tool asks for"]),
    ),
    "json-schema-2020-12": "pending in the tool: its own reference server does not pass it",
    "http-custom-header-server-validation":
      "pending in the tool; no tool of ours mirrors an argument into a header",
  },
};

const scene = await startScene();
const { key } = await scene.addApiKey(scene.people.owner, scene.organization);
const product = await withToken(new URL(scene.server.ctx.config.MCP_URL), key);
const fixture = serveFixture();
const { proxy: around, server } = await ourHttpAround(fixture.serve);
afterAll(async () => {
  product.close();
  around.close();
  await fixture.close();
  server.closeAllConnections();
  server.close();
  await scene.server.close();
});

describe.each(REVISIONS)("%s", (revision) => {
  test(
    "[mcp/product-scenarios] the product passes every scenario that needs nothing made for it",
    async () => {
      const results = await run(product, revision);
      expect(results.passed).toEqual(OF_THE_PRODUCT[revision].toSorted());
    },
    MINUTES,
  );

  test(
    "[mcp/http-scenarios] our HTTP passes every required scenario around a server that has what they call",
    async () => {
      const results = await run(around, revision);
      expect(results.failed, results.output).toEqual(Object.keys(NOT_OFFERED[revision]).sort());
      expect(results.passed).toEqual(expect.arrayContaining(requiredBy(revision)));
    },
    MINUTES,
  );
});

interface Results {
  passed: string[];
  failed: string[];
  output: string;
}

/** Runs the scenarios that a revision requires, and those beside it that are run and not counted. */
async function run({ url }: Front, revision: Revision): Promise<Results> {
  const { output } = await runNode([TOOL, "server", "--url", url, "--requirements", revision]);
  const lines = [...output.matchAll(/^(✓|✗) (\S+): (\d+) passed, (\d+) failed/gm)];
  const named = (isPassed: boolean) =>
    lines.filter(([, , , , failed]) => (failed === "0") === isPassed).map(([, , name]) => name as string);
  return { passed: named(true).sort(), failed: named(false).sort(), output };
}

/** The scenarios that a server has to pass, as the tool's own list names them. */
function requiredBy(revision: Revision): string[] {
  const path = createRequire(import.meta.url)
    .resolve("@modelcontextprotocol/conformance/dist/index.js")
    .replace("dist/index.js", `requirements/${revision}.yaml`);
  const [, list = ""] = /^server:\n((?: +- .*\n)+)/m.exec(readFileSync(path, "utf8")) ?? [];
  return [...list.matchAll(/- (\S+)/g)].map(([, name]) => name as string);
}

/** The product's door with another server behind it, and a token added in front. */
async function ourHttpAround(serve: Serve): Promise<{ proxy: Front; server: Server }> {
  const listening = createServer();
  await new Promise<void>((resolve) => listening.listen(0, "localhost", resolve));
  const { port } = listening.address() as AddressInfo;
  const endpoint = new URL(`http://localhost:${port}/mcp`);
  const ctx = { ...scene.server.ctx, config: { ...scene.server.ctx.config, MCP_URL: endpoint.href } };
  const accessTokens = new AccessTokens(ctx, scene.server.app.signingKeys);
  const identify = identifier(ctx, assembleRecognizers(ctx, accessTokens));
  const door = mcpDoor(ctx, { arrive: openArrivals(ctx), identify, serve });
  listening.on("request", (request, response) => door.handle(request, response));
  return { proxy: await withToken(endpoint, key), server: listening };
}
