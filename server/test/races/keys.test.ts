import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMember } from "../../src/organizations/members.ts";
import { ENGINES } from "../support/databases.ts";
import { call, refusal } from "../support/flow.ts";
import { atOnce, type Nodes, type Owner, PATIENCE_MS, startNodes } from "./nodes.ts";

const DEAD = [401, "invalid_token"];
const ROUNDS = 30;

describe.each(ENGINES)("API keys on $engine", { timeout: PATIENCE_MS }, ({ open }) => {
  let nodes: Nodes;
  let organization: string;
  beforeAll(async () => {
    nodes = await startNodes(open);
    organization = `/api/dashboard/organizations/${nodes.owner.organizationId}`;
  });
  afterAll(() => nodes.close());

  async function make({ browser } = nodes.owner): Promise<{ id: string; key: string }> {
    const fields = { name: "Build", kind: "secret" };
    const answer = await browser.post(`${nodes.base(0)}${organization}/api-keys`, fields);
    const { apiKey, key } = (await answer.json()) as { apiKey: { id: string }; key: string };
    return { id: apiKey.id, key };
  }

  const remove = ({ browser }: Owner, index: number, path: string) =>
    browser.post(nodes.base(index) + organization + path, {}, {}, "DELETE");
  const read = (index: number, key: string) => call(nodes.base(index), "/organizations", key);

  /** Reads with the key on both servers while `deed` is done. What is asked afterwards is refused, on both. */
  async function useWhile(key: string, deed: () => Promise<void>): Promise<void> {
    expect((await read(0, key)).status).toBe(200);
    expect((await read(1, key)).status).toBe(200);
    let isDone = false;
    const using = atOnce(4, async (index) => {
      while (!isDone) {
        const answer = await read(index, key);
        if (answer.status !== 200) expect(await refusal(answer)).toEqual(DEAD);
      }
    });
    try {
      await deed();
      // Whoever was told that it is done may rely on it, on whichever server.
      for (const index of [0, 1]) expect(await refusal(read(index, key))).toEqual(DEAD);
    } finally {
      isDone = true;
      await using;
    }
  }

  test("a revoked key is refused by the very next request on either server, while it is being used", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      if (round % 4 === 0) nodes.advance(61);
      const { id, key } = await make();
      await useWhile(key, async () => {
        expect((await remove(nodes.owner, round, `/api-keys/${id}`)).status).toBe(204);
      });
    }
  });

  test("a key ends with the membership of its creator, also when it was made at that moment", async () => {
    const { db, clock } = nodes.first.ctx;
    const { organizationId } = nodes.owner;
    for (let round = 0; round < 10; round++) {
      nodes.advance(61);
      const admin = await nodes.person();
      const { userId } = admin;
      await db.write((tx) => addMember(tx, { organizationId, userId, role: "admin" }, clock.now()));
      const { key } = await make(admin);
      const late: Response[] = [];
      await useWhile(key, async () => {
        const fields = { name: "Late", kind: "secret" };
        const making = atOnce(4, async (index) => {
          late.push(await admin.browser.post(`${nodes.base(index)}${organization}/api-keys`, fields));
        });
        expect((await remove(nodes.owner, round, `/members/${userId}`)).status).toBe(204);
        await making;
      });
      await db.write((tx) => addMember(tx, { organizationId, userId, role: "admin" }, clock.now()));
      for (const answer of late) {
        if (answer.status !== 201) continue;
        const made = (await answer.json()) as { key: string };
        expect(await refusal(read(round, made.key))).toEqual(DEAD);
      }
    }
  });

  test("of twenty revokes of one key at once one does it and is noted", async () => {
    const { id } = await make();
    const answers = await atOnce(20, (index) => remove(nodes.owner, index, `/api-keys/${id}`));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([204, ...Array(19).fill(410)]);
    const noted = nodes.first.ctx.db.read
      .selectFrom("auditEntries")
      .select("id")
      .where("action", "=", "api_key.revoked")
      .where("target", "=", id);
    expect(await noted.execute()).toHaveLength(1);
  });
});
