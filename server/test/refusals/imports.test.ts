import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { call, refusal, type TokenAnswer } from "../support/flow.ts";
import { runNextImport } from "../support/imports.ts";
import { answered, type Named, type Scene, startScene } from "./scene.ts";

const BYTES = { "content-type": "application/x-ndjson" };
const SITE = "https://site.example";
const file = Array.from(
  { length: 2000 },
  (_, index) => `{"key":"k${index}","values":{"en":"${index}"}}\n`,
).join("");

type Job = { id: string; state: string; receivedBytes: number; error: { code: string } | null; rows: number };

/** A file belongs to who announced it, comes in order, and is imported only as long as they may write. */
describe.each(ENGINES)("a file on $engine", { timeout: 60_000 }, ({ open }) => {
  let scene: Scene;
  let issued: TokenAnswer;
  let token: string;
  beforeAll(async () => {
    scene = await startScene({ open });
    issued = await scene.letIn(scene.people.owner, scene.app, { organizations: [scene.organization] });
    token = await scene.mint(issued);
  });
  afterAll(() => scene.server.close());

  const pathOf = (id = "", project: Named = scene.project) =>
    `/v1/projects/${project.id}/imports${id && `/${id}`}`;
  const as = (
    method: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
    by = token,
  ) => call(scene.base, path, by, { method, headers, ...(body !== undefined && { body }) });
  const announce = (size = file.length, by = token, project = scene.project) =>
    answered<Job>(
      as(
        "POST",
        pathOf("", project),
        JSON.stringify({ format: "ndjson", size }),
        { "content-type": "application/json" },
        by,
      ),
    );
  const send = (id: string, offset: number, body: string, by = token) =>
    as("PUT", `${pathOf(id)}/content`, body, { ...BYTES, "upload-offset": String(offset) }, by);
  const read = (id: string) => answered<Job>(as("GET", pathOf(id), undefined, {}));
  const cancel = (id: string) =>
    answered<Job>(as("POST", `${pathOf(id)}/cancel`, "{}", { "content-type": "application/json" }));

  test("is sent by nobody but who announced it, and cannot be found from another project", async () => {
    const { id } = await announce();
    const person = scene.people.owner.browser;
    const part = { method: "PUT", body: file, headers: { ...BYTES, origin: scene.base } };
    const path = `/api/oauth-client${pathOf(id)}/content`;
    // The same person, but not through the app.
    expect(await refusal(person.request(path, part))).toEqual([403, "forbidden"]);
    const other = await scene.addApp(scene.people.owner, scene.organization);
    const elsewhere = await scene.letIn(scene.people.admin, other, { organizations: [scene.organization] });
    expect(await refusal(send(id, 0, file, await scene.mint(elsewhere)))).toEqual([403, "forbidden"]);
    const beside = `${pathOf(id, scene.outside)}/content`;
    expect(await refusal(as("PUT", beside, file, BYTES))).toEqual([404, "not_found"]);
    expect(await refusal(as("GET", pathOf(id, scene.outside), undefined, {}))).toEqual([404, "not_found"]);
    expect(await refusal(as("GET", `${pathOf(id, scene.outside)}/problems`, undefined, {}))).toEqual([
      404,
      "not_found",
    ]);
    expect((await read(id)).receivedBytes).toBe(0);
    await cancel(id);
  });

  test("needs keys:write with translations:write, also in the token that sends it", async () => {
    const { id } = await announce();
    const narrow = await scene.mint(issued, { scopes: ["translations:write", "translations:read"] });
    expect(await refusal(send(id, 0, file, narrow))).toEqual([403, "missing_scope"]);
    const json = { "content-type": "application/json" };
    const announced = as("POST", pathOf(), JSON.stringify({ format: "ndjson", size: 1 }), json, narrow);
    expect(await refusal(announced)).toEqual([403, "missing_scope"]);
    const inside = await scene.mint(issued, { project_ids: [scene.outside.id] });
    expect(await refusal(send(id, 0, file, inside))).toEqual([404, "not_found"]);
    await cancel(id);
  });

  test("of a signed-in person is taken from no page of another site, and not given to one", async () => {
    const { browser } = scene.people.owner;
    const api = `/api/oauth-client${pathOf()}`;
    const { id } = await answered<Job>(browser.post(api, { format: "ndjson", size: file.length }));
    const headers: Record<string, string>[] = [{ origin: SITE }, { origin: "null" }, {}];
    for (const from of headers) {
      const init = { method: "PUT", body: file, headers: { ...BYTES, ...from } };
      expect(await refusal(browser.request(`${api}/${id}/content`, init))).toEqual([403, "forbidden"]);
    }
    const plain = {
      method: "PUT",
      body: file,
      headers: { "content-type": "text/plain", origin: scene.base },
    };
    expect((await browser.request(`${api}/${id}/content`, plain)).status).toBe(415);
    const exported = `/api/oauth-client/v1/projects/${scene.project.id}/export?format=ndjson`;
    const answer = await browser.request(exported, { headers: { origin: SITE } });
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.-]+"$/);
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    await answer.text();
    await cancel(id);
  });

  test("sent twenty times at once is stored once, whole", async () => {
    const { id } = await announce();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(id, 0, file)));
    const states = answers.map(({ status }) => status);
    expect(states.filter((status) => status === 200)).toHaveLength(1);
    expect(states.filter((status) => status === 409)).toHaveLength(19);
    expect(await read(id)).toMatchObject({ state: "queued", receivedBytes: file.length });
    await runNextImport(scene.server.ctx);
    expect(await read(id)).toMatchObject({ state: "completed", rows: 2000, rejected: 0 });
    expect(await refusal(send(id, file.length, ""))).toEqual([409, "conflict"]);
  });

  test("that is longer than announced, without a length or cut off, leaves what fits and goes on from there", async () => {
    const { id } = await announce(1000);
    const path = `/api/oauth-client${pathOf(id)}/content`;
    const headers = { ...BYTES, authorization: `Bearer ${token}` };
    expect(await chunked(path, headers, ["x".repeat(600), "y".repeat(600)])).toBe(413);
    const { receivedBytes } = await read(id);
    expect(receivedBytes).toBeLessThanOrEqual(1000);
    await cutOff(path, { ...headers, "upload-offset": String(receivedBytes) }, "z".repeat(200));
    const later = await until(
      () => read(id),
      (job) => job.receivedBytes > receivedBytes,
    );
    expect(later).toMatchObject({ state: "uploading", receivedBytes: receivedBytes + 200 });
    await cancel(id);
    expect(await refusal(send(id, later.receivedBytes, "more"))).toEqual([409, "conflict"]);
  });

  test("with a length beyond all bounds is refused before it comes", async () => {
    const { id } = await announce(10);
    const path = `/api/oauth-client${pathOf(id)}/content`;
    const length = { ...BYTES, authorization: `Bearer ${token}`, "content-length": String(2 ** 40) };
    expect(await chunked(path, length, ["x"])).toBe(413);
    await cancel(id);
  });

  test("stops being imported when who sent it may not write any more", async () => {
    const { ctx } = scene.server;
    const ends: [string, (by: TokenAnswer, admin: string) => Promise<unknown>, string][] = [
      [
        "revoked",
        (by) =>
          answered(call(scene.base, `/installations/${by.grant_id}`, by.access_token, { method: "DELETE" })),
        "grant_revoked",
      ],
      [
        "demoted",
        (_, userId) =>
          ctx.db.write((tx) =>
            tx.updateTable("members").set({ role: "member" }).where("userId", "=", userId).execute(),
          ),
        "wrong_organization",
      ],
      [
        "removed",
        (_, userId) => ctx.db.write((tx) => tx.deleteFrom("members").where("userId", "=", userId).execute()),
        "grant_revoked",
      ],
    ];
    for (const [how, end, code] of ends) {
      const person = await scene.addPerson();
      await scene.join(person, scene.organization, "admin");
      const own = await scene.letIn(person, scene.app, { organizations: [scene.organization] });
      const by = await scene.mint(own);
      const line = `{"key":"never.${how}","values":{"en":"x"}}`;
      const { id } = await announce(line.length, by);
      expect((await send(id, 0, line, by)).status).toBe(200);
      await end(own, person.userId);
      await runNextImport(ctx);
      expect(await read(id), how).toMatchObject({ state: "failed", error: { code }, rows: 0 });
      const named = await ctx.db.read
        .selectFrom("keys")
        .select("id")
        .where("name", "=", `never.${how}`)
        .execute();
      expect(named).toEqual([]);
    }
  });

  function chunked(path: string, headers: Record<string, string>, parts: string[]): Promise<number> {
    return new Promise((resolve, reject) => {
      const sent = request(new URL(path, scene.base), { method: "PUT", headers }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
        sent.destroy();
      });
      // The server may close before all of it was sent.
      sent.on("error", (error) => setTimeout(reject, 2000, error));
      for (const part of parts) sent.write(part);
      if (!("content-length" in headers)) sent.end();
    });
  }

  function cutOff(path: string, headers: Record<string, string>, part: string): Promise<void> {
    return new Promise((resolve) => {
      const length = { "content-length": String(part.length + 100) };
      const sent = request(new URL(path, scene.base), { method: "PUT", headers: { ...headers, ...length } });
      sent.on("error", () => resolve());
      sent.on("close", () => resolve());
      sent.write(part, () => setTimeout(() => sent.destroy(), 200));
    });
  }
});

/** Asks until it is so, and for ten seconds at most. */
async function until<Answer>(ask: () => Promise<Answer>, isSo: (answer: Answer) => boolean): Promise<Answer> {
  for (let left = 100; ; left--) {
    const answer = await ask();
    if (isSo(answer) || left === 0) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
