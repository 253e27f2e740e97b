import { createConnection } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keyHandlers } from "../../src/keys/operations.ts";
import { findProjectById } from "../../src/projects/find-project.ts";
import { inCall } from "../support/context.ts";
import { ENGINES } from "../support/databases.ts";
import { lines } from "../support/imports.ts";
import { personOf, placedIn } from "../support/people.ts";
import { answered, type Scene, startScene } from "./scene.ts";

/** Together more than lies in the buffers between a server and a client that does not read. */
const KEYS = 4000;
const TEXT = "x".repeat(9000);
const BULK = 500;
/** Longer than a stream goes on after its caller lost the right to it. */
const A_WHILE_MS = 1200;

describe.each(ENGINES)("what streams for long on $engine", { timeout: 60_000 }, ({ open }) => {
  let scene: Scene;
  let project: string;
  beforeAll(async () => {
    scene = await startScene({ open });
    project = `/api/oauth-client/v1/projects/${scene.project.id}`;
    await fill();
  }, 120_000);
  afterAll(() => scene.server.close());

  test.each([
    ["its grant was revoked", revokeGrant],
    ["the person lost the role", demote],
    ["the grant reaches the project no more", narrow],
  ])("an export ends in the middle once %s", async (_, end) => {
    const { token, grantId, person } = await letIn();
    await expectCutOff(token, () => end({ grantId, person }));
  });

  test("so does one whose secret key was revoked", async () => {
    const { id, key } = await scene.addApiKey(scene.people.owner, scene.organization);
    const revokedAt = scene.server.ctx.clock.now();
    await expectCutOff(key, () =>
      db().updateTable("apiKeys").set({ revokedAt }).where("id", "=", id).execute(),
    );
  });

  test("an export of somebody who still may goes on to its end, however slowly it is read", async () => {
    const { token } = await letIn();
    const answer = await fetch(`${scene.base}${project}/export?format=ndjson`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await wait(A_WHILE_MS);
    let received = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read())
      received += part.value.length;
    expect(received).toBeGreaterThan(0.9 * KEYS * TEXT.length);
  });

  test("an upload is refused in the middle once its grant was revoked", async () => {
    const { token, grantId, person } = await letIn();
    const file = lines(
      Array.from({ length: 100 }, (_, index) => ({ key: `up.${index}`, values: { en: TEXT } })),
    );
    const size = Buffer.byteLength(file);
    const { id } = await answered<{ id: string }>(
      fetch(`${scene.base}${project}/imports`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ format: "ndjson", size }),
      }),
    );
    const socket = createConnection(Number(new URL(scene.base).port), "localhost");
    let said = "";
    socket.on("data", (piece) => {
      said += piece;
    });
    socket.write(
      `PUT ${project}/imports/${id}/content HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/x-ndjson\r\nContent-Length: ${size}\r\n\r\n${file.slice(0, 1000)}`,
    );
    await wait(200);
    await revokeGrant({ grantId, person });
    await wait(A_WHILE_MS);
    socket.write(file.slice(1000, 2000));
    await expect.poll(() => said, { timeout: 5000 }).toContain("410");
    expect(said).toContain("grant_revoked");
    socket.destroy();
  });

  /** Begins an export and reads on when the right to it has ended: it breaks off. */
  async function expectCutOff(token: string, end: () => Promise<unknown>): Promise<void> {
    const answer = await fetch(`${scene.base}${project}/export?format=ndjson`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    await reader.read();
    await end();
    await wait(A_WHILE_MS);
    let received = 0;
    const rest = (async () => {
      for (let part = await reader.read(); !part.done; part = await reader.read())
        received += part.value.length;
    })();
    await expect(rest).rejects.toThrow();
    expect(received).toBeLessThan(KEYS * TEXT.length);
  }

  interface Held {
    grantId: string;
    person: { userId: string };
  }

  /** A grant of its own for each test, of somebody who administers the organization. */
  async function letIn() {
    const person = await scene.addPerson();
    await scene.join(person, scene.organization, "admin");
    const issued = await scene.letIn(person, await scene.addApp(scene.people.owner, scene.organization), {
      organizations: [scene.organization],
    });
    return { person, grantId: issued.grant_id, token: await scene.mint(issued) };
  }

  const db = () => scene.server.ctx.db.writer;

  async function revokeGrant({ grantId }: Held): Promise<void> {
    await db().updateTable("grants").set({ revokedAt: 1 }).where("id", "=", grantId).execute();
  }

  async function demote({ person }: Held): Promise<void> {
    await db().updateTable("members").set({ role: "member" }).where("userId", "=", person.userId).execute();
  }

  async function narrow({ grantId }: Held): Promise<void> {
    await db().updateTable("grants").set({ projectAccess: "chosen" }).where("id", "=", grantId).execute();
  }

  async function fill(): Promise<void> {
    const { ctx } = scene.server;
    const { owner } = scene.people;
    const person = personOf({ ...owner, sessionId: "ses_1", emailVerified: true });
    const placed = await placedIn(ctx.db, person, scene.organization.id);
    const found = await findProjectById(ctx.db.read, scene.project.id);
    if (!found) throw new Error("the project is gone");
    for (let start = 0; start < KEYS; start += BULK) {
      const keys = Array.from({ length: BULK }, (_, index) => ({
        namespace: "default",
        name: `key.${start + index}`,
        format: "plain" as const,
        tags: [],
        values: { en: TEXT },
      }));
      await inCall(ctx, { caller: person, placed: { ...placed, project: found } }, (call) =>
        keyHandlers["keys.create"](call, { keys }),
      );
    }
  }
});
