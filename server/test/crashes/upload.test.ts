import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type ClientRequest, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Output } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestPostgres, openTestSqlite, type TestDatabase } from "../support/databases.ts";
import type { Browser } from "../support/flow.ts";
import { lines } from "../support/imports.ts";
import { freePort, type Spawned, startProcess } from "./spawned.ts";
import { makeWorld } from "./world.ts";

const KEYS = 400;
/** Of the file; not as much as is stored at once, so that a stop finds it in memory. */
const PIECE_BYTES = 3_000;
const PIECES_BEFORE_STOP = 3;
const TEST_MS = 120_000;

/** A process of its own cannot share the in-process Postgres. */
const ENGINES = [
  { engine: "sqlite", open: openTestSqlite },
  ...(process.env.TEST_POSTGRES_URL ? [{ engine: "postgres", open: openTestPostgres }] : []),
];

describe.each(ENGINES)("a file that is sent slowly, on $engine", { timeout: TEST_MS }, ({ open }) => {
  const folder = mkdtempSync(join(tmpdir(), "parlance-upload-"));
  const rows = Array.from({ length: KEYS }, (_, at) => ({ key: `text${at}`, values: { en: `Text ${at}` } }));
  const file = Buffer.from(lines(rows));
  let database: TestDatabase;
  let environment: Record<string, string>;
  let browser: Browser;
  let server: Spawned;
  let imports: string;

  beforeAll(async () => {
    database = await open();
    const [SECRET_KEY, DATABASE_URL] = [randomBytes(32).toString("hex"), database.url as string];
    environment = { DATA_DIR: folder, DATABASE_URL, SECRET_KEY, PORT: await freePort() };
    const world = await makeWorld(DATABASE_URL);
    server = await startProcess(environment);
    browser = await world.signIn(server.base);
    const { items } = await answer<{ items: [{ id: string }] }>("/api/dashboard/organizations");
    const fields = { organizationId: items[0].id, name: "Website", slug: "website", sourceLanguage: "en" };
    const project = await answer<{ id: string }>("/api/oauth-client/v1/projects", fields);
    imports = `/api/oauth-client/v1/projects/${project.id}/imports`;
  });
  afterAll(async () => {
    await server.kill("SIGKILL");
    await database.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("is kept as far as it had come when the server is told to stop, and goes on from there", async () => {
    const { id } = await answer<{ id: string }>(imports, { format: "ndjson", size: file.length });
    const upload = startUpload(id);
    let sent = 0;
    for (let piece = 0; piece < PIECES_BEFORE_STOP; piece++) {
      upload.write(file.subarray(sent, sent + PIECE_BYTES));
      sent += PIECE_BYTES;
      await sleep(50);
    }
    const broken = once(upload, "error");
    // Cut off by its own deadline and not left in the middle.
    expect(await server.kill("SIGTERM")).toEqual({ code: 0, signal: null, stderr: "" });
    await broken;

    server = await startProcess(environment);
    const come = await answer<Output<"imports.get">>(`${imports}/${id}`);
    expect(come).toMatchObject({ state: "uploading", receivedBytes: sent });
    const rest = await browser.request(`${imports}/${id}/content`, {
      method: "PUT",
      headers: {
        "content-type": "application/x-ndjson",
        origin: server.base,
        "upload-offset": String(come.receivedBytes),
      },
      body: file.subarray(come.receivedBytes),
    });
    expect(rest.status).toBe(200);
    await expect
      .poll(() => answer<Output<"imports.get">>(`${imports}/${id}`), { timeout: 30_000 })
      .toMatchObject({ state: "completed", keysCreated: KEYS, valuesCreated: KEYS, rejected: 0 });
  });

  function startUpload(id: string): ClientRequest {
    const upload = request(`${server.base}${imports}/${id}/content`, {
      method: "PUT",
      headers: {
        "content-type": "application/x-ndjson",
        "content-length": file.length,
        origin: server.base,
        cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
      },
    });
    return upload;
  }

  async function answer<Body>(path: string, body?: object): Promise<Body> {
    const response = await (body ? browser.post(path, body) : browser.request(path));
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Body;
  }
});
