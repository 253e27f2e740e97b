import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Client as ClientOfNow,
  StreamableHTTPClientTransport as TransportOfNow,
} from "@modelcontextprotocol/client";
import { Client as ClientOf2025 } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport as TransportOf2025 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, type Page, test } from "@playwright/test";
import { addOrganization, addPerson, addProject, type Member, signInBrowser } from "./people.ts";
import { type Parlance, startParlance } from "./programs.ts";

/** Agents' programs that others wrote come in from nothing: discovery, registration, consent in the browser, tools. */
let parlance: Parlance;
let noor: Member;
test.beforeAll(async () => {
  parlance = await startParlance();
  noor = await addPerson(parlance, "Noor", "noor@example.com");
  const { id } = await addOrganization(noor, "Northwind", "northwind");
  await addProject(noor, id, "Website", "website");
});
test.afterAll(() => parlance?.stop());
test.beforeEach(({ context }) => signInBrowser(context, noor));

const INFO = { name: "An agent", version: "1.0.0" };
const PROJECT = "northwind/website";

for (const [era, connectWith, asksForMore] of [
  // This library renews its token instead, which opens no more, and gives up.
  ["SDK 1.32", connectOf2025, false],
  ["SDK 2.4, 2026-07-28", connectOfNow, true],
] as const) {
  test(`the client of ${era} connects and calls, and hears what it may not`, async ({ page }) => {
    const program = await startProgram();
    try {
      const agent = connectWith(program);
      await expect(agent.connect()).rejects.toThrow();
      await allow(page, program.asked());
      await agent.finish(await program.returned());
      await agent.connect();
      expect(await agent.tools()).toContain("getTranslations");
      expect(await agent.tools()).not.toContain("proposeLanguages");
      expect(await agent.call("getProject", { project: PROJECT })).toContain('"prj": "northwind/website"');

      const languages = [{ languageCode: "de" }];
      await expect(agent.call("proposeLanguages", { project: PROJECT, languages })).rejects.toThrow();
      if (!asksForMore) return;
      const asked = program.asked();
      expect(asked.searchParams.get("scope")).toContain("projects:write");
      await allow(page, asked, /Create projects and add languages/);
      await agent.finish(await program.returned());
      await agent.connect();
      expect(await agent.call("proposeLanguages", { project: PROJECT, languages })).toContain('"added": 1');
    } finally {
      await program.stop();
    }
  });
}

test("mcp-remote opens the browser, and relays what it may", async ({ page }) => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-remote-"));
  const opened = join(folder, "opened");
  const opener = join(folder, "some-browser");
  writeFileSync(opener, `#!/bin/sh\nprintf '%s' "$1" > "${opened}"\n`);
  chmodSync(opener, 0o755);
  const client = new ClientOf2025(INFO);
  try {
    const proxy = createRequire(import.meta.url).resolve("mcp-remote/dist/proxy.js");
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [proxy, `${parlance.url}/mcp`],
      env: {
        PATH: `${folder}:${process.env.PATH}`,
        HOME: folder,
        MCP_REMOTE_CONFIG_DIR: folder,
        BROWSER: "some-browser",
      },
      stderr: "ignore",
    });
    const connected = client.connect(transport as never, { timeout: 60_000 });
    await expect.poll(() => existsSync(opened), { timeout: 30_000 }).toBe(true);
    await allow(page, new URL(readFileSync(opened, "utf8")));
    await connected;
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain("getProject");
    const answer = await client.callTool({ name: "getProject", arguments: { project: PROJECT } });
    expect(JSON.stringify(answer)).toContain("northwind/website");
  } finally {
    await client.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The person's part: looks at the page, switches on what is off, and lets the browser go back to the program. */
async function allow(page: Page, link: URL, also?: RegExp): Promise<void> {
  await page.goto(link.href);
  await expect(page.getByRole("heading", { name: /wants to work with your translations/ })).toBeVisible();
  await expect(page.getByText(/identity not proven/)).toBeVisible();
  if (also) await page.getByRole("switch", { name: also }).click();
  await page.getByRole("button", { name: "Authorize" }).click();
  await page.getByRole("link", { name: "Continue to your app" }).click();
  await page.waitForURL(/callback/);
}

/** A program of this computer that keeps what its library asks it to keep. */
interface AgentProgram {
  /** In the shape of both libraries. */
  readonly provider: never;
  /** Where it sent the browser last. */
  asked(): URL;
  /** What came back with the browser: code, state, issuer. */
  returned(): Promise<URLSearchParams>;
  stop(): Promise<void>;
}

async function startProgram(): Promise<AgentProgram> {
  let arrived = Promise.withResolvers<URLSearchParams>();
  const server: Server = createServer((request, response) => {
    response.end("You can close this window.");
    const { searchParams } = new URL(request.url ?? "", "http://localhost");
    if (searchParams.has("code")) arrived.resolve(searchParams);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const redirectUrl = `http://127.0.0.1:${port}/callback`;
  const kept = new Map<string, unknown>();
  let asked: URL | undefined;
  const provider = {
    redirectUrl,
    clientMetadata: {
      ...{ client_name: INFO.name, redirect_uris: [redirectUrl], token_endpoint_auth_method: "none" },
      ...{ grant_types: ["authorization_code", "refresh_token"], response_types: ["code"] },
    },
    clientInformation: () => kept.get("client"),
    saveClientInformation: (client: unknown) => void kept.set("client", client),
    tokens: () => kept.get("tokens"),
    saveTokens: (tokens: unknown) => void kept.set("tokens", tokens),
    codeVerifier: () => kept.get("verifier"),
    saveCodeVerifier: (verifier: unknown) => void kept.set("verifier", verifier),
    discoveryState: () => kept.get("discovery"),
    saveDiscoveryState: (discovery: unknown) => void kept.set("discovery", discovery),
    redirectToAuthorization: (url: URL) => {
      asked = url;
    },
  };
  return {
    provider: provider as never,
    asked() {
      if (!asked) throw new Error("the program did not send the browser anywhere");
      return asked;
    },
    async returned() {
      const params = await arrived.promise;
      arrived = Promise.withResolvers<URLSearchParams>();
      return params;
    },
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** One agent, however its library is called. */
interface Agent {
  connect(): Promise<void>;
  finish(returned: URLSearchParams): Promise<void>;
  tools(): Promise<string[]>;
  call(name: string, args: Record<string, unknown>): Promise<string>;
}

function connectOf2025({ provider }: AgentProgram): Agent {
  return agentOf(
    () => new ClientOf2025(INFO),
    () => new TransportOf2025(new URL(`${parlance.url}/mcp`), { authProvider: provider }),
    (transport, returned) => transport.finishAuth(returned.get("code") ?? ""),
  );
}

function connectOfNow({ provider }: AgentProgram): Agent {
  return agentOf(
    () => new ClientOfNow(INFO, { versionNegotiation: { mode: { pin: "2026-07-28" } } }),
    () => new TransportOfNow(new URL(`${parlance.url}/mcp`), { authProvider: provider }),
    (transport, returned) => transport.finishAuth(returned),
  );
}

interface AnyClient {
  connect(transport: never): Promise<void>;
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
}

function agentOf<Transport>(
  newClient: () => AnyClient,
  newTransport: () => Transport,
  finish: (transport: Transport, returned: URLSearchParams) => Promise<void>,
): Agent {
  let client = newClient();
  let transport = newTransport();
  return {
    async connect() {
      client = newClient();
      transport = newTransport();
      await client.connect(transport as never);
    },
    finish: (returned) => finish(transport, returned),
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    async call(name, args) {
      const { content } = (await client.callTool({ name, arguments: args })) as {
        content: { text: string }[];
      };
      return content[0]?.text ?? "";
    },
  };
}
