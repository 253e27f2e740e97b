import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startScene } from "../../server/test/refusals/scene.ts";
import { type Era, MAIN, newAgent, PATIENT, run, startComputer, textOf } from "./bridge.ts";

/** The command with a key (contract/mcp, 2 and 3.4). */
const scene = await startScene();
const { base, organization, project, people } = scene;
const computer = await startComputer();
afterAll(async () => {
  computer.close();
  await scene.server.close();
});
const { key } = await scene.addApiKey(people.owner, organization);
const named = `${organization.slug}/${project.slug}`;
/** Where nobody listens. */
const nowhere = "http://localhost:2";
const environment = { BETTER_I18N_MCP_URL: base, BETTER_I18N_API_KEY: key };

describe.each<Era>(["2025-11-25", "2026-07-28"])("an agent of %s", PATIENT, (era) => {
  test("[stdio/key] is handed the server's tools, resources and words", async () => {
    const agent = newAgent(computer, environment, { era });
    await agent.connect();
    expect(agent.client.getServerVersion()).toMatchObject({ name: "better-i18n" });
    expect(agent.client.getInstructions()).toContain("listProjects");
    const { tools } = await agent.client.listTools();
    expect(tools.map(({ name }) => name)).toContain("publishTranslations");
    expect(tools[0]).toMatchObject({ name: "listProjects", annotations: { readOnlyHint: true } });
    const listed = await agent.client.callTool({ name: "listProjects", arguments: {} });
    expect(textOf(listed)).toContain(named);
    const refused = await agent.client.callTool({ name: "getProject", arguments: { project: named, x: 1 } });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toContain("getProject takes project");
    const { resources } = await agent.client.listResources();
    expect(resources.map(({ uri }) => uri)).toContain(`parlance://${named}`);
    const { contents } = await agent.client.readResource({ uri: `parlance://${named}` });
    expect(JSON.parse((contents[0] as { text: string }).text).prj).toBe(named);
    await expect(agent.client.readResource({ uri: "parlance://no/where" })).rejects.toThrow("not found");
    expect((await agent.client.listResourceTemplates()).resourceTemplates).not.toEqual([]);
    await agent.close();
    expect(agent.stderr()).toBe("");
    expect(computer.opened).toEqual([]);
  });

  test("is told at once that the key is wrong", async () => {
    const agent = newAgent(
      computer,
      { ...environment, BETTER_I18N_API_KEY: `bi-${"x".repeat(64)}` },
      { era },
    );
    await expect(agent.connect().then(() => agent.client.listTools())).rejects.toThrow(
      "refuses the key in BETTER_I18N_API_KEY",
    );
    await agent.close();
    expect(agent.stderr()).toContain("refuses the key in BETTER_I18N_API_KEY");
    expect(agent.stderr()).not.toContain("xxxxxxxx");
  });

  test("is told at once that nobody answers", async () => {
    const agent = newAgent(computer, { ...environment, BETTER_I18N_MCP_URL: nowhere }, { era });
    await expect(agent.connect().then(() => agent.client.listTools())).rejects.toThrow(
      `${nowhere} cannot be reached (ECONNREFUSED)`,
    );
    await agent.close();
  });

  test("hears of a key that is revoked while it works", async () => {
    const made = await scene.addApiKey(people.owner, organization);
    const agent = newAgent(computer, { ...environment, BETTER_I18N_API_KEY: made.key }, { era });
    await agent.connect();
    await agent.client.listTools();
    const path = `/api/dashboard/organizations/${organization.id}/api-keys/${made.id}`;
    expect((await people.owner.browser.post(path, {}, {}, "DELETE")).ok).toBe(true);
    const refused = await agent.client.callTool({ name: "listProjects", arguments: {} });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toContain("refuses the key in BETTER_I18N_API_KEY");
    await agent.close();
    expect(agent.stderr()).not.toContain(made.key);
  });

  test("hears which permission a key lacks", async () => {
    const narrow = await scene.addApiKey(people.owner, organization, { scopes: ["org:read", "keys:read"] });
    const agent = newAgent(computer, { ...environment, BETTER_I18N_API_KEY: narrow.key }, { era });
    await agent.connect();
    const refused = await agent.client.callTool({ name: "getProject", arguments: { project: named } });
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toContain("projects:read");
    await agent.close();
  });
});

test("the audit names the agent behind the command", PATIENT, async () => {
  const agent = newAgent(computer, environment);
  await agent.connect();
  const languages = [{ languageCode: "sv" }];
  await agent.client.callTool({ name: "proposeLanguages", arguments: { project: named, languages } });
  await agent.close();
  const entry = await scene.server.ctx.db.read
    .selectFrom("auditEntries")
    .selectAll()
    .where("action", "=", "languages.add")
    .executeTakeFirstOrThrow();
  expect(entry.actorSession).toMatch(/^an-agent 3\.1 through better-i18n-bridge /);
});

describe("the command line", PATIENT, () => {
  const hello = `${JSON.stringify({
    ...{ jsonrpc: "2.0", id: 0, method: "initialize" },
    params: {
      ...{ protocolVersion: "2025-11-25", capabilities: {} },
      clientInfo: { name: "an-agent", version: "3.1" },
    },
  })}\n`;

  test.each([
    ["a setting that is wrong", [], { BETTER_I18N_MCP_URL: "" }, "Set BETTER_I18N_MCP_URL"],
    ["a flag that is none", ["--remote"], {}, "--help"],
    ["a command that is none", ["--local", "serv"], {}, 'no command "serv"'],
  ])("%s ends with 2 and words on stderr", async (_what, args, settings, words) => {
    const { code, stdout, stderr } = await run(computer, args, settings as Record<string, string>);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(words);
  });

  test("--version needs no setting", async () => {
    expect(await run(computer, ["--version"])).toMatchObject({ code: 0, stdout: "0.1.0\n" });
  });

  test("[stdio/stdout] stdout carries the protocol and nothing else, also when it says much", async () => {
    const { code, stdout, stderr } = await run(computer, ["--debug"], environment, hello);
    expect(code).toBe(0);
    for (const line of stdout.split("\n").filter(Boolean)) expect(JSON.parse(line).jsonrpc).toBe("2.0");
    expect(stderr).not.toContain(key);
  });

  test("it ends when it is asked to, and lets go of its lock", async () => {
    const child = spawn(process.execPath, [MAIN], {
      env: { ...computer.environment, ...environment, BETTER_I18N_API_KEY: "" },
      stdio: ["pipe", "pipe", "ignore"],
    });
    const page = computer.nextPage();
    child.stdin.write(hello);
    await page;
    child.kill("SIGTERM");
    const [code] = await once(child, "exit");
    expect(code).toBe(0);
    expect(
      readdirSync(join(computer.home, ".better-i18n")).filter((name) => !name.endsWith(".json")),
    ).toEqual([]);
  });

  test.each([
    ["3 when the key was refused", { BETTER_I18N_API_KEY: "bi-nothing" }, 3],
    ["4 when nobody answered", { BETTER_I18N_MCP_URL: nowhere }, 4],
  ])("it ends with %s", async (_what, changed, expected) => {
    const settings = { ...environment, ...(changed as Record<string, string>) };
    const { code, stdout } = await run(computer, [], settings, hello);
    expect(code).toBe(expected);
    expect(JSON.parse(stdout)).toMatchObject({ jsonrpc: "2.0", id: 0, error: { code: -32603 } });
  });
});
