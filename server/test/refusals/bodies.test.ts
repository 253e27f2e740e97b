import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Scene, startScene } from "./scene.ts";

const MEGABYTE = 1024 * 1024;
/** A little more than a body may rest. */
const SLOW_MS = 5_500;

let scene: Scene;
let token: string;
let keys: string;
beforeAll(async () => {
  scene = await startScene({ environment: { TRUSTED_PROXIES: "127.0.0.0/8, ::1" } });
  const issued = await scene.letIn(scene.people.owner, scene.app, { organizations: [scene.organization] });
  token = await scene.mint(issued);
  keys = `/api/oauth-client/v1/projects/${scene.project.id}/keys`;
});
afterAll(() => scene.server.close());

const JSON_TYPE = { "content-type": "application/json" };

function post(path: string, body: string | ReadableStream, headers: Record<string, string> = JSON_TYPE) {
  const init = {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, ...headers },
    body,
    duplex: "half",
  };
  return fetch(scene.base + path, init as RequestInit);
}

/** A body that never says how long it is. */
function endless(bytes: number): ReadableStream {
  let left = bytes;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(64 * 1024).fill(32));
      left -= 64 * 1024;
      if (left <= 0) controller.close();
    },
  });
}

test("a chunked body that is too large is answered 413 each time, and its connection closed", async () => {
  const project = { ...JSON_TYPE };
  for (let round = 0; round < 20; round++) {
    const answer = await post("/api/oauth-client/v1/projects", endless(3 * MEGABYTE), project);
    expect(answer.status).toBe(413);
    expect(answer.headers.get("connection")).toBe("close");
    expect(await answer.json()).toMatchObject({ error: "payload_too_large" });
  }
});

test("bodies of one caller that are under way are bounded together, and the memory comes back", async () => {
  const open = Array.from({ length: 40 }, () => halfSent(keys, 4 * MEGABYTE, bearer(token)));
  const statuses = await answersOf(open);
  expect(statuses.length).toBeGreaterThan(20);
  expect(new Set(statuses)).toEqual(new Set(["503"]));
  for (const { socket } of open) socket.destroy();
  await expect
    .poll(async () => (await post(keys, JSON.stringify({ keys: [{ name: "after" }] }))).status)
    .toBe(201);
});

test("bodies of strangers under way, from however many networks, take no room from callers", async () => {
  const path = "/api/oauth-client/credentials/revoke";
  const open = [1, 2, 3].flatMap((network) =>
    Array.from({ length: 16 }, () => halfSent(path, 2 * MEGABYTE, `X-Forwarded-For: 192.0.2.${network}`)),
  );
  expect(new Set(await answersOf(open))).toEqual(new Set(["503"]));
  const body = JSON.stringify({ keys: [{ name: "beside" }] }).padEnd(MEGABYTE);
  expect((await post(keys, body)).status).toBe(201);
  for (const { socket } of open) socket.destroy();
});

/** As many callers as may hold all that there is together send four bodies each, and stop in the middle. */
async function holdAll(): Promise<Open[]> {
  const issued = await scene.letIn(scene.people.owner, scene.app, { organizations: [scene.organization] });
  const others = await Promise.all(Array.from({ length: 4 }, () => scene.mint(issued)));
  const open = others.flatMap((other) =>
    Array.from({ length: 4 }, () => halfSent(keys, 4 * MEGABYTE, bearer(other))),
  );
  expect(await answersOf(open)).toEqual([]);
  return open;
}

test("large bodies of three callers under way leave room for others, a short one is let in beside four", async () => {
  const open = await holdAll();
  expect((await post(keys, "{}".padEnd(MEGABYTE))).status).toBe(503);
  expect((await post(keys, JSON.stringify({ keys: [{ name: "short" }] }))).status).toBe(201);
  for (const { socket } of open.splice(0, 4)) socket.destroy();
  await expect.poll(async () => (await post(keys, named("room").padEnd(MEGABYTE))).status).toBe(201);
  for (const { socket } of open) socket.destroy();
});

test("a body that comes too slowly loses its place when another needs it, and is told to come again", async () => {
  const open = await holdAll();
  await sleep(SLOW_MS);
  expect((await post(keys, named("quick").padEnd(MEGABYTE))).status).toBe(201);
  expect(await answersOf(open)).toEqual(["503"]);
  for (const { socket } of open) socket.destroy();
}, 30_000);

const named = (name: string) => JSON.stringify({ keys: [{ name }] });

const AMBIGUOUS = [
  ["two hosts", "HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n"],
  ["no host", "HTTP/1.0\r\n"],
  [
    "two credentials",
    "HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n",
  ],
] as const;
const OPERATION = "GET /api/oauth-client/organizations";
const ENDPOINTS = ["GET /.well-known/oauth-authorization-server", "GET /api/auth/mcp/userinfo"];
const asked = [OPERATION, ...ENDPOINTS].flatMap((line) => AMBIGUOUS.map((each) => [line, ...each] as const));

test.each(asked)("%s with %s is refused", async (line, _, head) => {
  const socket = connect(Number(new URL(scene.base).port), "localhost");
  socket.write(`${line} ${head}Connection: close\r\n\r\n`);
  let text = "";
  for await (const piece of socket) text += piece;
  expect(text.slice(9, 12)).toBe("400");
});

interface Open {
  socket: Socket;
  answered: Promise<string>;
}

/** Sends the head and the beginning of a body, and then nothing. */
function halfSent(path: string, bytes: number, header: string): Open {
  const socket = connect(Number(new URL(scene.base).port), "localhost");
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${new URL(scene.base).host}`,
    header,
    "Content-Type: application/json",
    `Content-Length: ${bytes}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  socket.write(Buffer.alloc(1024, 32));
  const answered = new Promise<string>((resolve) => {
    socket.once("data", (data) => resolve(String(data).slice(9, 12)));
    socket.on("error", () => resolve("broken"));
  });
  return { socket, answered };
}

function bearer(credential: string): string {
  return `Authorization: Bearer ${credential}`;
}

/** Of those that are answered before all of their body has come. */
async function answersOf(open: readonly Open[]): Promise<string[]> {
  const answers = await Promise.all(open.map(({ answered }) => Promise.race([answered, held()])));
  return answers.filter((status) => status !== "held");
}

async function held(): Promise<"held"> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return "held";
}

test("an endpoint of the RFCs answers a chunked body that is too large with 413 each time too", async () => {
  const form = { "content-type": "application/x-www-form-urlencoded" };
  for (let round = 0; round < 20; round++) {
    expect((await post("/api/auth/mcp/token", endless(MEGABYTE), form)).status).toBe(413);
  }
});

test.each([
  ["POST /api/auth/mcp/token", "413"],
  ["GET /api/auth/mcp/token", "405"],
  ["POST /api/oauth-client/v1/projects", "401"],
  ["PUT /api/trpc/listKeys", "405"],
])("%s with a body that nobody reads is answered %s, and not listened to for long", async (line, status) => {
  const socket = connect(Number(new URL(scene.base).port), "localhost");
  const type = "Content-Type: application/x-www-form-urlencoded";
  socket.write(
    `${line} HTTP/1.1\r\nHost: localhost\r\n${type}\r\nContent-Length: ${1024 * MEGABYTE}\r\n\r\n`,
  );
  let text = "";
  socket.on("data", (piece) => {
    text += piece;
  });
  const ended = new Promise<void>((resolve) => {
    socket.on("error", () => resolve()).on("close", () => resolve());
  });
  const sending = setInterval(() => socket.write(Buffer.alloc(1024, 32)), 50);
  await ended;
  clearInterval(sending);
  expect(text.slice(9, 12)).toBe(status);
  expect(text).toContain("Connection: close");
});

test("a refusal of a body that has come whole keeps the connection", async () => {
  const answer = await post("/api/auth/mcp/token", "{}");
  expect([answer.status, answer.headers.get("connection")]).toEqual([400, "keep-alive"]);
});
