import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { type App, authorize, type Choice, exchange, type PendingRequest, tokens } from "../support/flow.ts";
import { atOnce, type Nodes, PATIENCE_MS, startNodes } from "./nodes.ts";

const SCOPES = ["org:read", "projects:read"];

describe.each(ENGINES)("approvals on $engine", { timeout: PATIENCE_MS }, ({ open }) => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes(open);
  });
  afterAll(() => nodes.close());

  test("twenty approvals of one person for one app make one grant, and each of them connects", async () => {
    const app = await nodes.app();
    const asked = await ask(app, 20);
    const decided = await atOnce(20, (index) => decide(index, requestOf(asked, index)));
    expect(decided.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    expect(await grantsOf(app)).toHaveLength(1);
    const issued = await Promise.all(
      asked.map(async ({ requestId, verifier }, index) => {
        const code = await codeOf(await proceed(index, requestId));
        return tokens(exchange(nodes.base(index), app, { ...NOWHERE, code, verifier }));
      }),
    );
    expect(new Set(issued.map((answer) => answer.grant_id)).size).toBe(1);
  });

  test("of twenty decisions about one request one counts", async () => {
    const app = await nodes.app();
    const asked = await ask(app, 1);
    const decided = await atOnce(20, (index) => decide(index, requestOf(asked, 0)));
    const statuses = decided.map((answer) => answer.status).toSorted();
    expect(statuses).toEqual([200, ...Array(19).fill(409)]);
    expect(await grantsOf(app)).toHaveLength(1);
  });

  test("approving and cancelling one request at once ends in one of the two", async () => {
    const app = await nodes.app();
    for (let round = 0; round < 5; round++) {
      const asked = await ask(app, 1);
      const id = requestOf(asked, 0);
      const decided = await atOnce(6, (index) => decide(index, id, { approve: index % 3 !== 0 }));
      const won = decided.filter((answer) => answer.ok);
      expect(won).toHaveLength(1);
      const { status } = (await (won[0] as Response).json()) as PendingRequest;
      const location = (await proceed(round, id)).headers.get("location") ?? "";
      expect(new URL(location).searchParams.has("code")).toBe(status === "approved");
    }
  });

  test("approvals of the same organizations in another order do not stand in each other's way", async () => {
    const app = await nodes.app();
    const other = await nodes.person();
    await nodes.first.ctx.db.write((tx) =>
      tx
        .insertInto("members")
        .values({
          organizationId: other.organizationId,
          userId: nodes.owner.userId,
          role: "admin",
          createdAt: nodes.first.ctx.clock.now(),
        })
        .execute(),
    );
    const both = [nodes.owner.organizationId, other.organizationId];
    const asked = await ask(app, 20);
    const decided = await atOnce(20, (index) => {
      const organizations = index % 4 < 2 ? both : both.toReversed();
      return decide(index, requestOf(asked, index), { organizations });
    });
    expect(decided.map((answer) => answer.status)).toEqual(Array(20).fill(200));
    const grants = await grantsOf(app);
    expect(grants.map((grant) => grant.organizationId).toSorted()).toEqual(both.toSorted());
  });

  test("of twenty calls of continue at most one code can be used", async () => {
    const app = await nodes.app();
    const [asked] = await approved(app);
    const answers = await atOnce(20, (index) => proceed(index, asked.requestId));
    expect(answers.map((answer) => answer.status)).toEqual(Array(20).fill(303));
    const codes = await Promise.all(answers.map(codeOf));
    expect(new Set(codes).size).toBe(20);
    const exchanged = await atOnce(20, (index) =>
      exchange(nodes.base(index), app, { ...NOWHERE, code: codes[index] ?? "", verifier: asked.verifier }),
    );
    expect(exchanged.map((answer) => answer.status).toSorted()).toEqual([200, ...Array(19).fill(400)]);
    expect((await proceed(0, asked.requestId)).status).toBe(410);
  });

  test("an exchange while the person continues once more gives one connection", async () => {
    const app = await nodes.app();
    for (let round = 0; round < 10; round++) {
      const [asked] = await approved(app);
      const { verifier } = asked;
      const code = await codeOf(await proceed(round, asked.requestId));
      const [early, again] = await Promise.all([
        exchange(nodes.base(round), app, { ...NOWHERE, code, verifier }),
        proceed(round + 1, asked.requestId),
      ]);
      const late =
        again.status === 303
          ? await exchange(nodes.base(round), app, { ...NOWHERE, code: await codeOf(again), verifier })
          : again;
      expect([early.status, late.status].filter((status) => status === 200)).toHaveLength(1);
      nodes.advance(1);
    }
  });

  async function ask(app: App, count: number) {
    const asked = [];
    // One by one: the first answer gives the browser its cookie.
    for (let left = count; left > 0; left--) {
      const { requestId, verifier } = await authorize(nodes.owner.browser, app, { scope: SCOPES.join(" ") });
      asked.push({ requestId: requestId ?? "", verifier });
    }
    nodes.advance(30);
    return asked;
  }

  async function approved(app: App) {
    const asked = await ask(app, 1);
    expect((await decide(0, requestOf(asked, 0))).status).toBe(200);
    return asked as [(typeof asked)[number]];
  }

  function decide(
    index: number,
    requestId: string,
    { approve = true, organizations = [nodes.owner.organizationId] }: Decision = {},
  ): Promise<Response> {
    const picked = organizations.map((id): Choice => ({ organization_id: id, projects: "all" }));
    return nodes.owner.browser.post(
      `${nodes.base(index)}/api/auth/mcp/requests/${requestId}/decision`,
      approve ? { approve, organizations: picked, scopes: SCOPES } : { approve },
    );
  }

  /** "Continue to your app", on one of the servers. */
  function proceed(index: number, requestId: string): Promise<Response> {
    return nodes.owner.browser.request(`${nodes.base(index)}/api/auth/mcp/requests/${requestId}/continue`);
  }

  async function grantsOf(app: App) {
    return nodes.first.ctx.db.read
      .selectFrom("grants")
      .selectAll()
      .where("appId", "=", app.clientId)
      .execute();
  }
});

interface Decision {
  approve?: boolean;
  organizations?: string[];
}

/** What an exchange does not need to know of how the code came. */
const NOWHERE = { state: "", redirect: new URL("https://partner.example/callback") };

function requestOf(asked: { requestId: string }[], index: number): string {
  return asked[index]?.requestId ?? "";
}

async function codeOf(answer: Response): Promise<string> {
  const code = new URL(answer.headers.get("location") ?? "").searchParams.get("code");
  if (!code) throw new Error(`continuing: ${answer.status}`);
  return code;
}
