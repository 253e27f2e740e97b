import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { TOOLS, type ToolName } from "@parlance/contract/tools";
import { afterAll, describe, expect, test } from "vitest";
import { type Ground, PARITY } from "./door-parity.ts";
import { answered, startScene } from "./scene.ts";
import { send } from "./send.ts";
import { DOORS, type DoorName, isAt } from "./send-tool.ts";

/**
 * One behaviour, whatever door it comes through: REST, tRPC and MCP leave the same state and the same audit row but for its
 * `via`, and refuse with the same code.
 */
const scene = await startScene();
const { base, organization, people, server } = scene;
afterAll(() => server.close());
const { owner } = people;
const { key } = await scene.addApiKey(owner, organization);

describe.each(Object.keys(TOOLS) as ToolName[])("%s", (name) => {
  const { does, refuses } = PARITY[name];
  const doors = (Object.keys(DOORS) as DoorName[]).filter((door) => isAt(door, name));

  test.runIf(does)("does the same on every door", async () => {
    if (!does) return;
    const rest = await layGround(name);
    const [operation, fields] = does.rest(rest);
    const response = await send(base, operation, targetOf(rest, operation, fields), { token: key });
    expect(response.ok, await response.text()).toBe(true);
    const expected = await leftBehind(rest);
    expect(expected.audit).toHaveLength(1);
    for (const door of doors) {
      const ground = await layGround(name);
      const target = { project: ground.projectId, input: does.tool(ground) };
      expect(await DOORS[door](base, name, target, key), door).toMatchObject({ status: 200, answer: {} });
      expect(await leftBehind(ground), door).toEqual({ ...expected, via: [door] });
    }
  });

  test.runIf(refuses)("refuses the same on every door", async () => {
    if (!refuses) return;
    const ground = await layGround(name);
    const [operation, fields] = refuses.rest(ground);
    const response = await send(base, operation, targetOf(ground, operation, fields), { token: key });
    expect(await response.json()).toMatchObject({ error: refuses.error });
    for (const door of doors) {
      const target = { project: ground.projectId, input: refuses.tool(ground) };
      expect((await DOORS[door](base, name, target, key)).error, door).toBe(refuses.error);
    }
  });
});

test("every tool that writes is compared, but for the one that is two deeds over REST", () => {
  const names = Object.keys(TOOLS) as ToolName[];
  const isCompared = (name: ToolName) => TOOLS[name].effect === "read" || PARITY[name].does !== null;
  expect(names.filter((name) => !isCompared(name))).toEqual(["importFile"]);
});

async function layGround(name: ToolName): Promise<Ground> {
  const project = await scene.addProject(owner, organization);
  const path = `/api/oauth-client/v1/projects/${project.id}`;
  await answered(owner.browser.post(`${path}/languages`, { code: "de" }));
  const [greeting, farewell, deleted] = [
    await scene.addKey(owner, project, "greeting"),
    await scene.addKey(owner, project, "farewell"),
    await scene.addKey(owner, project, "deleted"),
  ];
  await answered(owner.browser.post(`${path}/keys/delete`, { keys: [{ id: deleted }] }));
  await answered(owner.browser.post(`${path}/releases`, {}));
  const values = [{ key: { id: farewell }, language: "en", text: "Good-bye" }];
  const { changesetId } = await post<{ changesetId: string }>(`${path}/values`, { values });
  const { planId } = await post<{ planId: string }>(`${path}/publish-plans`, {});
  const file = { format: "json_flat", language: "en", size: 2 };
  // An organization may have but a few that are under way.
  const importId = name === "cancelSync" ? (await post<{ id: string }>(`${path}/imports`, file)).id : "";
  return { projectId: project.id, greeting, farewell, deleted, changesetId, planId, importId };
}

function post<Answer>(path: string, body: object): Promise<Answer> {
  return answered<Answer>(owner.browser.post(path, body));
}

/** A path may name fields of the operation, such as a language's code. */
function targetOf({ projectId }: Ground, operation: OperationName, fields: Record<string, unknown>) {
  const { path } = OPERATIONS[operation].rest;
  const isInPath = ([name]: [string, unknown]) => path.includes(`:${name}`);
  const entries = Object.entries(fields);
  const params = entries.filter(isInPath).map(([name, value]) => [name, String(value)]);
  return {
    params: { projectId, ...Object.fromEntries(params) },
    input: Object.fromEntries(entries.filter((entry) => !isInPath(entry))),
  };
}

const TABLES = [
  ...(["keys", "translations", "languages", "namespaces"] as const),
  ...(["channels", "changesets", "releases", "imports"] as const),
];

/** Audit rows of deeds before. */
const seen = new Set<string>();

/** What a project holds, whatever door it came through, and what the audit says of the key's deeds in it. */
async function leftBehind({ projectId }: Ground) {
  const store = server.ctx.db.read;
  const state: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const keyIds = store.selectFrom("keys").select("id").where("projectId", "=", projectId);
    const rows =
      table === "translations"
        ? await store.selectFrom("translations").selectAll().where("keyId", "in", keyIds).execute()
        : await store.selectFrom(table).selectAll().where("projectId", "=", projectId).execute();
    state[table] = rows.map((row) => plain({ ...row, via: undefined })).sort();
  }
  const entries = await store
    .selectFrom("auditEntries")
    .selectAll()
    .where("actorApiKeyId", "is not", null)
    .where("outcome", "=", "done")
    .execute()
    .then((rows) => rows.filter(({ id }) => !seen.has(id)));
  for (const { id } of entries) seen.add(id);
  const via = entries.map((entry) => entry.via);
  const audit = entries.map(({ via: _, requestId: __, ...entry }) => plain(entry));
  return { state, audit, via };
}

/** Without ids and moments, which differ in every run. */
function plain(row: object): string {
  const kept = Object.entries(row).filter(([column]) => !/At$|^at$|^id$|^hash$/.test(column));
  return JSON.stringify(Object.fromEntries(kept))
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "uuid")
    .replaceAll(/\b(cs|rel|aud|plan|imp)_\w+/g, "$1_id");
}
