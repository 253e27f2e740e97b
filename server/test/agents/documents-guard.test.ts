import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fetchDocument } from "../../src/apps/fetch-document.ts";
import { ENGINES } from "../support/databases.ts";
import { authorize } from "../support/flow.ts";
import { publicApp, type Scene, startScene } from "./scene.ts";

const CALLBACK = "https://agent.example/callback";

let scene: Scene;
/** A listener on this machine that must never hear anything. */
let connections = 0;
const listener = createServer((socket) => {
  connections++;
  socket.destroy();
});
let port = 0;
beforeAll(async () => {
  scene = await startScene(ENGINES[0].open);
  await new Promise<void>((resolve) => listener.listen(0, resolve));
  port = (listener.address() as AddressInfo).port;
});
afterAll(async () => {
  await scene.close();
  listener.close();
});

const refusedAt = async (clientId: string) => {
  // Twenty of a minute: each has its own.
  scene.ctx.clock.advance(61_000);
  const { response } = await authorize(scene.owner.browser, publicApp(clientId, CALLBACK));
  return [response.status, await response.text()];
};

test.each([
  "127.0.0.1",
  "localhost",
  "[::1]",
  "[::ffff:7f00:1]",
  "[::ffff:a9fe:a9fe]",
  "[64:ff9b::7f00:1]",
  "[fd00::1]",
  "[fe80::1]",
  "0.0.0.0",
  "10.0.0.1",
  "100.64.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "192.168.1.1",
  "192.0.2.1",
  "198.18.0.1",
  "224.0.0.1",
  "255.255.255.255",
])("[cimd/special-use] a document at %s is refused, and nothing is sent there", async (host) => {
  expect(await refusedAt(`https://${host}:${port}/client.json`)).toEqual([
    400,
    expect.stringContaining("does not lead to the public internet"),
  ]);
  expect(connections).toBe(0);
});

test("[cimd/https-only] a document over http is refused", async () => {
  expect(await refusedAt(`http://127.0.0.1:${port}/client.json`)).toEqual([
    400,
    expect.stringContaining("must begin with https://"),
  ]);
  expect(connections).toBe(0);
});

test.each([
  ["this machine", [["127.0.0.1"], ["8.8.8.8"]]],
  ["this machine beside a public host", [["8.8.8.8", "127.0.0.1"], ["8.8.8.8"]]],
  ["the metadata service of a cloud", [["169.254.169.254"], ["8.8.8.8"]]],
])(
  "[cimd/rebinding] a name that leads to %s is looked up once, for the check and the connection",
  async (_, answers) => {
    let lookups = 0;
    const resolve = async () => (answers[lookups++] as string[]).map((address) => ({ address, family: 4 }));
    await expect(
      fetchDocument(
        { ALLOW_PRIVATE_TARGETS: false },
        `https://rebinding.example:${port}/client.json`,
        resolve,
      ),
    ).rejects.toThrow("public internet");
    expect([lookups, connections]).toEqual([1, 0]);
  },
);
