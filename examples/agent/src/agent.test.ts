import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Connection } from "@parlance/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { authorized, type Partner, startPartner } from "../../../sdk/test/real-server.ts";
import { bareEnvironment } from "../../../server/test/support/bare-environment.ts";
import { openTestSqlite } from "../../../server/test/support/databases.ts";
import { Agent, NotAllowedError, ToolError } from "./agent.ts";
import { markedDraft } from "./draft.ts";
import { type SignIn, startSignIn } from "./sign-in.ts";
import { publishDrafts, type Target, writeDrafts } from "./translate.ts";

const PLURAL = "{count, plural, one {# item} other {# items}}";
const WRITES = ["projects:read", "keys:read", "translations:read", "translations:write"] as const;

/** Exit code, and everything it said. */
async function run(environment: Record<string, string>, ...args: string[]): Promise<[number, string]> {
  const program = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
    env: { ...bareEnvironment(), ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [program.stdout, program.stderr]) stream.on("data", (text) => (said += text));
  const [code] = await once(program, "close");
  return [code as number, said];
}

describe("the example agent", () => {
  let partner: Partner;
  let connection: Connection;
  let target: Target;
  beforeAll(async () => {
    partner = await startPartner(openTestSqlite);
    const { scene } = partner;
    const parlance = partner.newProcess({
      scopes: [...WRITES, "org:read", "keys:write", "translations:publish", "projects:write"],
    });
    const [made] = await partner.connect(parlance, await parlance.authorizeUrl({ userId: "ada" }));
    connection = made as Connection;
    const client = parlance.client(connection.id);
    await client.languages.add({ projectId: scene.project.id, code: "de" });
    await client.keys.create({
      projectId: scene.project.id,
      keys: [
        { name: "items", values: { en: PLURAL } },
        { name: "no-source", values: {} },
        { name: "done", values: { en: "Done", de: "Fertig" } },
      ],
    });
    target = { project: `${scene.organization.slug}/${scene.project.slug}`, language: "de" };
  });
  afterAll(() => partner.close());

  const url = () => new URL(`${partner.scene.base}/mcp`);

  async function published(): Promise<unknown> {
    const response = await fetch(`${partner.scene.base}/cdn/${target.project}/de.json`);
    return response.ok ? response.json() : response.status;
  }

  test("with a token from the SDK, writes drafts that nobody sees, and says what it may not", async () => {
    const scopes = [...WRITES];
    const token = async () => (await partner.newProcess().mcp(connection.id, { scopes })).token;
    const agent = new Agent(url(), { token });
    expect(await writeDrafts(agent, target, markedDraft)).toBe(2);
    expect(await writeDrafts(agent, target, markedDraft)).toBe(0);
    const refused = await publishDrafts(agent, target).catch((error) => error);
    expect(refused).toBeInstanceOf(NotAllowedError);
    expect(refused.scopes).toContain("translations:publish");
    expect(await published()).toBe(404);
    await expect(writeDrafts(agent, { ...target, language: "xx" }, markedDraft)).rejects.toThrow(/into de/);
    await expect(agent.call("getProject", { project: "no/such" })).rejects.toThrow(ToolError);
    await agent.close();
  });

  test("as a program it says what it did, or how it is called", async () => {
    const { token } = await partner.newProcess().installationToken(connection.id, { scopes: [...WRITES] });
    const environment = { PARLANCE_TOKEN: token, PARLANCE_MCP_URL: url().href };
    const { project, language } = target;
    expect(await run(environment, project, language)).toEqual([0, "0 drafts written.\n"]);
    const refused = await run(environment, project, language, "--publish");
    expect(refused).toEqual([1, expect.stringContaining("The token may not do this.")]);
    expect(await run(environment)).toEqual([2, expect.stringContaining("Say which project and language")]);
    const wrong = await run({ ...environment, PARLANCE_TOKEN: "bi_oat_wrong" }, project, language);
    expect(wrong[0]).toBe(1);
  });

  describe("by itself", () => {
    let signIn: SignIn;
    /** What a person allows the next time, and what was asked of them. */
    let allow: string[] | undefined;
    const asked: (string | null)[] = [];
    beforeAll(async () => {
      signIn = await startSignIn((link) => {
        asked.push(link.searchParams.get("scope"));
        authorized(partner.scene.people.owner.browser, link.href, { ...(allow && { scopes: allow }) })
          .then(async (back) => {
            const forged = new URL(back);
            forged.searchParams.set("state", "guessed");
            expect((await fetch(forged)).status).toBe(404);
            expect((await fetch(back)).status).toBe(200);
          })
          .catch((error) => expect.unreachable(error));
      });
    });
    afterAll(() => signIn.stop());

    test("signs in, is refused a publish, asks for that, and publishes exactly its language", async () => {
      const agent = new Agent(url(), signIn);
      allow = [...WRITES];
      expect(await writeDrafts(agent, target, markedDraft)).toBe(0);
      expect(asked).toHaveLength(1);
      allow = undefined;
      expect(await publishDrafts(agent, target)).toMatch(/^Release 1 is live: 3 new texts/);
      expect(asked).toHaveLength(2);
      expect(asked[1]).toContain("translations:publish");
      expect(await published()).toEqual({
        translations: { greeting: "[de] Hello", done: "Fertig", items: `[de] ${PLURAL}` },
      });
      expect(await publishDrafts(agent, target)).toBe("Everything is published already.");
      await agent.close();
    });
  });
});
