import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import type { Scene } from "../../server/test/refusals/scene.ts";
import { type Agent, allow, type Computer, type Era, newAgent, startComputer } from "./bridge.ts";

/** What a person's computer and their agents do in a test; each test begins with an empty home. */
export interface Desk {
  readonly computer: Computer;
  /** The first port that is tried for the answer of the browser. */
  readonly port: number;
  readonly environment: Record<string, string>;
  /** An agent, not connected yet. */
  start(environment?: Record<string, string>, era?: Era): Agent;
  /** An agent whose person has signed in and allowed what was asked, or these scopes. */
  signedIn(environment?: Record<string, string>, scopes?: string[]): Promise<Agent>;
  folder(): string;
  /** The file with the credentials. */
  path(): string;
  // biome-ignore lint/suspicious/noExplicitAny: what is stored, is what the tests find out
  stored(): any;
  change(changed: object): void;
  /** As the clock of the person's computer sees it, the access token has ended. */
  endAccessToken(): void;
}

export function useDesk({ base, people }: Scene): Desk {
  let agents: Agent[] = [];
  const desk = {
    start(environment = {}, era) {
      const agent = newAgent(desk.computer, { ...desk.environment, ...environment }, era ? { era } : {});
      agents.push(agent);
      return agent;
    },
    async signedIn(environment = {}, scopes) {
      const agent = desk.start(environment);
      const page = desk.computer.nextPage();
      await agent.connect();
      expect((await allow(people.owner.browser, await page, scopes)).status).toBe(200);
      await agent.client.listTools();
      return agent;
    },
    folder: () => join(desk.computer.home, ".better-i18n"),
    path: () =>
      join(desk.folder(), readdirSync(desk.folder()).find((name) => name.endsWith(".json")) as string),
    stored: () => JSON.parse(readFileSync(desk.path(), "utf8")),
    change: (changed) => writeFileSync(desk.path(), JSON.stringify({ ...desk.stored(), ...changed })),
    endAccessToken: () => desk.change({ tokens: { ...desk.stored().tokens, expiresAt: 0 } }),
  } as { -readonly [Key in keyof Desk]: Desk[Key] };
  beforeEach(async () => {
    desk.computer = await startComputer();
    desk.port = await freePort();
    desk.environment = { BETTER_I18N_MCP_URL: base, BETTER_I18N_OAUTH_PORT: String(desk.port) };
    agents = [];
  });
  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.close()));
    desk.computer.close();
  });
  return desk;
}

/** The agent calls what any permission to read projects opens. */
export function listProjects({ client }: Agent) {
  return client.callTool({ name: "listProjects", arguments: {} });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
