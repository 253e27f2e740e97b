import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CdnNode, startCdnNode } from "../support/cdn-node.ts";
import { readAllFiles } from "../support/cdn-reader.ts";
import { ENGINES } from "../support/databases.ts";
import { atOnce, type Nodes, PATIENCE_MS, startNodes } from "./nodes.ts";

const ROUNDS = 5;
/** A publish or roll back is visible everywhere by then (spec/translations, "CDN"). */
const VISIBLE_MS = 2000;

describe.each(ENGINES)("publishing on $engine", { timeout: PATIENCE_MS }, ({ open }) => {
  let nodes: Nodes;
  /** One more, with a connection of its own also on SQLite. */
  let reader: CdnNode;
  beforeAll(async () => {
    nodes = await startNodes(open);
    reader = await startCdnNode(nodes.first.database);
  });
  afterAll(async () => {
    await reader.close();
    await nodes.close();
  });

  test("twenty publishes at once make one release, and a reader elsewhere never sees a mix", async () => {
    const id = await addProject();
    await publish(0, id);
    const reading = readAllFiles(`${reader.url}/${id}`);
    for (let round = 2; round <= ROUNDS; round++) {
      await write(0, id, round);
      const answers = await atOnce(20, (index) => send(index, "POST", `${id}/releases`, {}));
      for (const { status, body } of answers) {
        if (status === 201) expect(body).toMatchObject({ number: round, channels: ["production"] });
        else expect([status, body.error]).toEqual([409, "conflict"]);
      }
      expect(answers.some(({ status }) => status === 201)).toBe(true);
      await reading.until(round, PATIENCE_MS);
    }
    await reading.stop();
    expect(reading.wrong).toEqual([]);
    expect(await numbers(id)).toEqual([5, 4, 3, 2, 1]);
  });

  test("twenty publishes among twenty writes number releases without a gap, and none loses a text", async () => {
    const id = await addProject();
    const answers = await atOnce(40, async (index) =>
      index % 2 === 0
        ? send(index / 2, "POST", `${id}/releases`, {})
        : send((index - 1) / 2, "POST", `${id}/values`, { values: [textOf("title", "en", `text ${index}`)] }),
    );
    for (const { status } of answers) expect([200, 201, 409]).toContain(status);
    const { number } = await publish(1, id);
    expect(await numbers(id)).toEqual(Array.from({ length: number }, (_, index) => number - index));
    const [value] = await items<{ text: string }>(`${id}/values?language=en&namespace=default`);
    for (const { base } of [nodes.first, nodes.second]) {
      const file = await published<{ translations: { title: string } }>(
        `${base}/cdn/${id}/@${number}/en.json`,
      );
      expect(file.translations.title).toBe(value?.text);
    }
  });

  test("a roll back that one node acknowledged is shown by its next answer, and by others within two seconds", async () => {
    const id = await addProject();
    await publish(0, id);
    await write(0, id, 2);
    await publish(1, id);
    const { first, second } = nodes;
    const everywhere = [first.base, second.base].map((base) => `${base}/cdn`).concat(reader.url);
    await Promise.all(everywhere.map((cdn) => shows(`${cdn}/${id}`, 2)));
    for (const [round, release] of [1, 2, 1, 2].entries()) {
      const node = round % 2;
      const moved = await send(node, "PUT", `${id}/channels/production`, { release });
      expect([moved.status, moved.body.release]).toMatchObject([200, release]);
      expect(await shown(`${everywhere[node]}/${id}`)).toBe(release);
      await Promise.all(everywhere.map((cdn) => shows(`${cdn}/${id}`, release)));
    }
  });

  test("publishes and moves of one channel at once leave it at one of their releases, for everybody", async () => {
    const id = await addProject();
    await publish(0, id);
    await write(0, id, 2);
    const answers = await atOnce(20, (index) =>
      index % 2 === 0
        ? send(index / 2, "POST", `${id}/releases`, {})
        : send((index - 1) / 2, "PUT", `${id}/channels/production`, { release: 1 }),
    );
    for (const { status } of answers) expect([200, 201, 409]).toContain(status);
    const newest = (await numbers(id)).length;
    expect(await numbers(id)).toEqual(Array.from({ length: newest }, (_, index) => newest - index));
    const [channel] = await items<{ name: string; release: number }>(`${id}/channels`);
    const bases = [nodes.first.base, nodes.second.base].map((base) => `${base}/cdn`).concat(reader.url);
    await Promise.all(bases.map((cdn) => shows(`${cdn}/${id}`, channel?.release as number)));
  });

  let projects = 0;

  /** With the text 1 in every place. */
  async function addProject(): Promise<string> {
    const { body } = await send(0, "POST", "", {
      organizationId: nodes.owner.organizationId,
      name: "Website",
      slug: `website-${++projects}`,
      sourceLanguage: "en",
      fileStructure: "namespaced_folders",
    });
    const id = body.id as string;
    await send(0, "POST", `${id}/languages`, { code: "de" });
    const keys = [{ name: "title" }, { namespace: "auth", name: "title" }];
    expect((await send(0, "POST", `${id}/keys`, { keys })).status).toBe(201);
    await write(0, id, 1);
    return id;
  }

  /** The same text in every place, in one call. */
  async function write(node: number, id: string, round: number): Promise<void> {
    const values = ["default", "auth"].flatMap((namespace) =>
      ["en", "de"].map((language) => textOf("title", language, `${round}`, namespace)),
    );
    expect((await send(node, "POST", `${id}/values`, { values })).status).toBe(200);
  }

  async function publish(node: number, id: string): Promise<{ number: number }> {
    const { status, body } = await send(node, "POST", `${id}/releases`, {});
    expect([status, body]).toEqual([201, body]);
    return body as { number: number };
  }

  async function numbers(id: string): Promise<number[]> {
    return (await items<{ number: number }>(`${id}/releases?limit=100`)).map(({ number }) => number);
  }

  async function items<Item>(path: string): Promise<Item[]> {
    const answer = await nodes.owner.browser.request(`/api/oauth-client/v1/projects/${path}`);
    return ((await answer.json()) as { items: Item[] }).items;
  }

  async function send(node: number, method: string, path: string, fields: object) {
    const url = `${nodes.base(node)}/api/oauth-client/v1/projects/${path}`.replace(/\/$/, "");
    const answer = await nodes.owner.browser.post(url, fields, {}, method);
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
});

function textOf(name: string, language: string, text: string, namespace = "default") {
  return { key: { namespace, name }, language, text };
}

/** Resolves once the manifest names the release. Throws after VISIBLE_MS. */
async function shows(tree: string, release: number): Promise<void> {
  for (const end = performance.now() + VISIBLE_MS; performance.now() < end; ) {
    if ((await shown(tree)) === release) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${tree} does not show release ${release} after ${VISIBLE_MS} ms`);
}

async function shown(tree: string): Promise<number> {
  return (await published<{ release: number }>(`${tree}/manifest.json`)).release;
}

async function published<Body>(url: string): Promise<Body> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Body;
}
