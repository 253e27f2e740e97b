import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { type App, call, exchange, installationToken, refresh, refusal, tokens } from "../support/flow.ts";
import { atOnce, type Nodes, PATIENCE_MS, refreshTokensOf, startNodes } from "./nodes.ts";

const INVALID_GRANT = [400, "invalid_grant"];
const TYPES = ["web", "spa"] as const;

describe.each(ENGINES)("refresh tokens on $engine", { timeout: PATIENCE_MS }, ({ open }) => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes(open);
  });
  afterAll(() => nodes.close());

  test.each(TYPES)("twenty refreshes of a %s app at once answer one successor, which works", async (type) => {
    const app = await nodes.app(type);
    const issued = await issue(app);
    const answers = await atOnce(20, (index) =>
      tokens(refresh(nodes.base(index), app, issued.refresh_token)),
    );
    const successors = new Set(answers.map((answer) => answer.refresh_token));
    expect(successors.size).toBe(1);
    for (const { access_token } of answers) {
      expect((await call(nodes.base(0), "/me", access_token)).status).toBe(200);
    }
    const [successor = ""] = successors;
    await tokens(refresh(nodes.base(1), app, successor));
    expect(await rows(app, "token.refreshed")).toBe(2);
  });

  test("twenty workers that all keep what they were last given go on for many rounds", async () => {
    const app = await nodes.app("spa");
    const issued = await issue(app);
    let held = issued.refresh_token;
    for (let round = 0; round < 5; round++) {
      const answers = await atOnce(20, (index) => tokens(refresh(nodes.base(index + round), app, held)));
      expect(new Set(answers.map((answer) => answer.refresh_token)).size).toBe(1);
      held = answers[0]?.refresh_token ?? "";
    }
  });

  test("a parent presented after its window ends its own family and nothing else", async () => {
    const app = await nodes.app("spa");
    const older = await issue(app);
    const issued = await issue(app);
    const sibling = issued.grants[0]?.refresh_token ?? "";
    const first = await tokens(refresh(nodes.base(0), app, issued.refresh_token));
    nodes.advance(60 * 60 - 1);
    const second = await tokens(refresh(nodes.base(1), app, first.refresh_token));
    const token = await installationToken(nodes.base(0), second);
    const siblingAccess = await tokens(refresh(nodes.base(0), app, sibling));
    const siblingToken = await installationToken(nodes.base(0), siblingAccess);
    const olderAccess = await tokens(refresh(nodes.base(0), app, older.refresh_token));
    nodes.advance(1);
    const mailsBefore = mails().length;

    const replays = await atOnce(10, (index) => refresh(nodes.base(index), app, issued.refresh_token));
    for (const replay of replays) expect(await refusal(replay)).toEqual(INVALID_GRANT);

    for (const each of [first, second]) {
      expect(await refusal(refresh(nodes.base(0), app, each.refresh_token))).toEqual(INVALID_GRANT);
    }
    expect((await call(nodes.base(1), "/me", second.access_token)).status).toBe(401);
    expect((await call(nodes.base(1), "/organizations", token)).status).toBe(401);

    expect((await call(nodes.base(1), "/organizations", siblingToken)).status).toBe(200);
    await tokens(refresh(nodes.base(0), app, siblingAccess.refresh_token));
    for (const each of refreshTokensOf(older)) await tokens(refresh(nodes.base(1), app, each));
    expect((await call(nodes.base(0), "/me", olderAccess.access_token)).status).toBe(200);
    expect((await issue(app)).grant_id).toBe(issued.grant_id);

    // Noted once, and the owner told once, however often the old token came.
    expect(await rows(app, "family.ended")).toBe(1);
    expect(mails().length - mailsBefore).toBe(1);
  });

  test.each([
    ["web", 24 * 60 * 60],
    ["spa", 60 * 60],
  ] as const)(
    "a replaced token of a %s app can be retried for %i seconds, from its first use on",
    async (type, window) => {
      const app = await nodes.app(type);
      const inTime = await issue(app);
      const late = await issue(app);
      const [first, lateFirst] = await Promise.all(
        [inTime, late].map((issued) => tokens(refresh(nodes.base(0), app, issued.refresh_token))),
      );
      // A retry in between does not lengthen the window.
      nodes.advance(window / 2);
      await tokens(refresh(nodes.base(1), app, late.refresh_token));
      nodes.advance(window / 2 - 1);
      const retried = await tokens(refresh(nodes.base(1), app, inTime.refresh_token));
      expect(retried.refresh_token).toBe(first?.refresh_token);
      nodes.advance(1);
      expect(await refusal(refresh(nodes.base(0), app, late.refresh_token))).toEqual(INVALID_GRANT);
      expect(await refusal(refresh(nodes.base(0), app, lateFirst?.refresh_token ?? ""))).toEqual(
        INVALID_GRANT,
      );
      await tokens(refresh(nodes.base(0), app, first?.refresh_token ?? ""));
    },
  );

  test("a replaced token in strange hands changes nothing, before and after the window", async () => {
    const app = await nodes.app();
    const strangers = [await nodes.app(), await nodes.app("spa"), { ...app, secret: null }];
    const issued = await issue(app);
    const first = await tokens(refresh(nodes.base(0), app, issued.refresh_token));
    for (const seconds of [0, 24 * 60 * 60 + 1]) {
      nodes.advance(seconds);
      for (const stranger of strangers) {
        expect((await refresh(nodes.base(1), stranger, issued.refresh_token)).ok).toBe(false);
      }
    }
    await tokens(refresh(nodes.base(0), app, first.refresh_token));
  });

  async function issue(app: App) {
    return tokens(exchange(nodes.base(0), app, await nodes.connect(app)));
  }

  function mails() {
    return [nodes.first, nodes.second].flatMap(({ ctx }) => ctx.mails);
  }

  async function rows(app: App, action: string): Promise<number> {
    const found = await nodes.first.ctx.db.read
      .selectFrom("auditEntries")
      .select("id")
      .where("appId", "=", app.clientId)
      .where("action", "=", action)
      .execute();
    return found.length;
  }
});
