import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, expect, test } from "vitest";
import { call } from "../support/flow.ts";
import { answered, startScene } from "./scene.ts";

const scene = await startScene();
const { base, server, people, organization, project } = scene;
const issued = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
const token = await scene.mint(issued);
afterAll(() => server.close());

const BEGIN = '{"a":';
const JSON_TYPE = "application/json";
const FORM = "application/x-www-form-urlencoded";
const KEYS = `/api/oauth-client/v1/projects/${project.id}/keys`;
const FRAMES = [
  ["Content-Length: 500", BEGIN],
  ["Transfer-Encoding: chunked", `${BEGIN.length}\r\n${BEGIN}\r\n`],
] as const;

const cases = [
  ["an operation", KEYS, JSON_TYPE],
  ["the token endpoint", "/api/auth/mcp/token", FORM],
  ["registration", "/api/auth/mcp/register", JSON_TYPE],
  ["sign-in", "/api/auth/sign-in/email", JSON_TYPE],
].flatMap(([to = "", path = "", type = ""]) =>
  FRAMES.map(([frame, begin]) => ({ to, path, type, frame, begin })),
);

test.each(cases)("a body to $to ($frame) that breaks off is no fault of the server", async (sent) => {
  const said = await breakOff("POST", sent);
  expect(said).toContain('"status":400');
  expect(said).not.toContain('"level":50');
});

test.each(FRAMES)(
  "a file (%s) that breaks off keeps what came of it, and goes on from there",
  async (frame, begin) => {
    const imports = `/v1/projects/${project.id}/imports`;
    const file = `${BEGIN}"b"}`;
    const headers = { "content-type": JSON_TYPE };
    const body = JSON.stringify({ format: "json_flat", language: "en", size: file.length });
    const { id } = await answered<{ id: string }>(
      call(base, imports, token, { method: "POST", headers, body }),
    );
    const path = `/api/oauth-client${imports}/${id}/content`;
    const type = `${JSON_TYPE}\r\nUpload-Offset: 0`;
    const said = await breakOff("PUT", {
      path,
      type,
      frame: frame.replace("500", String(file.length)),
      begin,
    });
    expect(said).toContain('"status":400');
    expect(said).not.toContain('"level":50');
    const rest = { ...headers, "upload-offset": String(BEGIN.length) };
    const again = call(base, `${imports}/${id}/content`, token, {
      method: "PUT",
      headers: rest,
      body: file.slice(BEGIN.length),
    });
    expect(await answered(again)).toMatchObject({ state: "queued", receivedBytes: file.length });
  },
);

/** Sends the beginning of a body and goes away; answers what the server logged of it. */
async function breakOff(
  method: string,
  { path, type, frame, begin }: { path: string; type: string; frame: string; begin: string },
): Promise<string> {
  const before = server.log().length;
  const socket = connect(Number(new URL(base).port), "localhost");
  await once(socket, "connect");
  const head = [
    `${method} ${path} HTTP/1.1`,
    "Host: localhost",
    `Origin: ${base}`,
    `Authorization: Bearer ${token}`,
    `Content-Type: ${type}`,
    frame,
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${begin}`);
  await expect.poll(() => server.log().slice(before)).toContain('"msg":"request"');
  socket.destroy();
  return server.log().slice(before);
}
