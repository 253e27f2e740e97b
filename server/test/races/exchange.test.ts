import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import {
  type App,
  call,
  exchange,
  installationToken,
  post,
  refresh,
  refusal,
  type TokenAnswer,
  tokens,
} from "../support/flow.ts";
import { atOnce, type Nodes, PATIENCE_MS, refreshTokensOf, startNodes } from "./nodes.ts";

const INVALID_GRANT = [400, "invalid_grant"];

describe.each(ENGINES)("codes on $engine", { timeout: PATIENCE_MS }, ({ open }) => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes(open);
  });
  afterAll(() => nodes.close());

  test.each(["web", "spa"] as const)(
    "of fifty exchanges of a %s app one succeeds, unharmed",
    async (type) => {
      const app = await nodes.app(type);
      const connected = await nodes.connect(app);
      const answers = await atOnce(50, (index) => exchange(nodes.base(index), app, connected));
      const refused = answers.filter((answer) => answer.status !== 200);
      expect(await Promise.all(refused.map(refusal))).toEqual(Array(49).fill(INVALID_GRANT));
      const issued = await tokens(answers.find((answer) => answer.status === 200) as Response);
      await expectAlive(app, issued);
      const families = await nodes.first.ctx.db.read
        .selectFrom("families")
        .select("kind")
        .where("appId", "=", app.clientId)
        .orderBy("kind")
        .execute();
      expect(families.map((family) => family.kind)).toEqual(["approval", "connection"]);
    },
  );

  test.each([
    ["verifier", { code_verifier: "x".repeat(43) }, INVALID_GRANT],
    ["redirect URI", { redirect_uri: "https://partner.example/other" }, INVALID_GRANT],
  ])("four exchanges with a wrong %s do not burn a code, five do", async (_, wrong, expected) => {
    const app = await nodes.app();
    for (const [tries, survives] of [
      [4, true],
      [5, false],
    ] as const) {
      const connected = await nodes.connect(app);
      const refused = await atOnce(tries, (index) => exchange(nodes.base(index), app, connected, wrong));
      expect(await Promise.all(refused.map(refusal))).toEqual(Array(tries).fill(expected));
      expect((await exchange(nodes.base(0), app, connected)).status).toBe(survives ? 200 : 400);
    }
  });

  test("four exchanges with a wrong secret do not burn a code, five do", async () => {
    const app = await nodes.app();
    const stranger = { ...app, secret: `${app.secret?.slice(0, -1)}_` };
    for (const [tries, survives] of [
      [4, true],
      [5, false],
    ] as const) {
      const connected = await nodes.connect(app);
      const refused = await atOnce(tries, (index) => exchange(nodes.base(index), stranger, connected));
      for (const answer of refused) expect(await refusal(answer)).toEqual([401, "invalid_client"]);
      expect((await exchange(nodes.base(0), app, connected)).status).toBe(survives ? 200 : 400);
    }
  });

  test("a valid replay within ten seconds is only refused, however many come", async () => {
    const app = await nodes.app();
    const connected = await nodes.connect(app);
    const issued = await tokens(exchange(nodes.base(0), app, connected));
    nodes.advance(10);
    const replays = await atOnce(10, (index) => exchange(nodes.base(index), app, connected));
    for (const replay of replays) expect(await refusal(replay)).toEqual(INVALID_GRANT);
    await expectAlive(app, issued);
  });

  test("a later replay ends what that code gave, once, and neither the grant nor an older approval", async () => {
    const app = await nodes.app();
    const older = await tokens(exchange(nodes.base(0), app, await nodes.connect(app)));
    const connected = await nodes.connect(app);
    const issued = await tokens(exchange(nodes.base(0), app, connected));
    const token = await installationToken(nodes.base(0), issued);
    const fromConnection = await tokens(refresh(nodes.base(0), app, issued.grants[0]?.refresh_token ?? ""));
    const second = await installationToken(nodes.base(1), fromConnection);
    nodes.advance(11);
    const replays = await atOnce(10, (index) => exchange(nodes.base(index), app, connected));
    for (const replay of replays) expect(await refusal(replay)).toEqual(INVALID_GRANT);
    for (const each of [...refreshTokensOf(issued), fromConnection.refresh_token]) {
      expect(await refusal(refresh(nodes.base(1), app, each))).toEqual(INVALID_GRANT);
    }
    for (const each of [token, second]) {
      expect((await call(nodes.base(1), "/organizations", each)).status).toBe(401);
    }
    for (const each of [issued, fromConnection]) {
      expect((await call(nodes.base(1), "/me", each.access_token)).status).toBe(401);
    }
    expect(await auditOf(app, "family.ended")).toBe(2);
    await expectAlive(app, older);
    const again = await tokens(exchange(nodes.base(0), app, await nodes.connect(app)));
    expect(again.grant_id).toBe(issued.grant_id);
  });

  test("a replay without the app's authentication or with a wrong verifier harms nobody", async () => {
    const app = await nodes.app();
    const connected = await nodes.connect(app);
    const issued = await tokens(exchange(nodes.base(0), app, connected));
    nodes.advance(3600 * 24);
    const { code, verifier: code_verifier } = connected;
    const fields = { grant_type: "authorization_code", code, code_verifier };
    const strangers = [
      () => post(nodes.base(0), "token", null, { ...fields, client_id: app.clientId }),
      async () => exchange(nodes.base(1), await nodes.app(), connected),
      async () => exchange(nodes.base(0), await nodes.app("spa"), connected),
      () => exchange(nodes.base(1), app, connected, { code_verifier: "y".repeat(43) }),
      () => exchange(nodes.base(0), app, connected, { code_verifier: undefined }),
      () => exchange(nodes.base(1), app, connected, { redirect_uri: "https://partner.example/other" }),
    ];
    for (const replay of strangers) expect((await replay()).ok).toBe(false);
    await expectAlive(app, await tokens(refresh(nodes.base(0), app, issued.refresh_token)));
  });

  /** Every token of the answer does what it is for. */
  async function expectAlive(app: App, issued: TokenAnswer): Promise<void> {
    const token = await installationToken(nodes.base(1), issued);
    expect((await call(nodes.base(0), "/organizations", token)).status).toBe(200);
    expect((await call(nodes.base(1), "/me", issued.access_token)).status).toBe(200);
    for (const each of refreshTokensOf(issued)) {
      await tokens(refresh(nodes.base(1), app, each));
    }
  }

  async function auditOf(app: App, action: string): Promise<number> {
    const rows = await nodes.first.ctx.db.read
      .selectFrom("auditEntries")
      .select("id")
      .where("appId", "=", app.clientId)
      .where("action", "=", action)
      .execute();
    return rows.length;
  }
});
