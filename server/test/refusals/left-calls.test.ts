import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { startScene } from "./scene.ts";

/** A call whose client has gone goes on, and a process that stops waits for it, whatever door it came through. */
const scene = await startScene();
const { organization, people, server } = scene;
afterAll(() => server.close());
const { key } = await scene.addApiKey(people.owner, organization);

const message = (project: string) => ({
  ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
  params: { name: "createKeys", arguments: { project, k: [{ n: "left" }] } },
});

test.each([
  ["REST", (id: string) => [`/api/oauth-client/v1/projects/${id}/keys`, { keys: [{ name: "left" }] }]],
  ["tRPC", (id: string) => ["/api/trpc/mcp.createKeys", { projectSlug: id, k: [{ n: "left" }] }]],
  ["MCP", (id: string) => ["/mcp", message(id)]],
] as const)("%s", async (_, callIn) => {
  const project = await scene.addProject(people.owner, organization);
  const [path, body] = callIn(project.id);
  const { ctx, app } = server;
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const held = ctx.db.write(() => gate, { turn: project.id });
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const sent = request(`${scene.base}${path}`, {
    method: "POST",
    headers: { ...headers, authorization: `Bearer ${key}` },
  });
  sent.on("error", () => {});
  sent.end(JSON.stringify(body));
  await once(sent, "finish");
  await sleep(300);
  sent.destroy();
  let isAtRest = false;
  const rest = app.atRest().then(() => {
    isAtRest = true;
  });
  await sleep(300);
  expect(isAtRest).toBe(false);
  open();
  await Promise.all([held, rest]);
  const rows = ctx.db.read.selectFrom("keys").select("name").where("projectId", "=", project.id);
  expect(await rows.execute()).toEqual([{ name: "left" }]);
});
