import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addMember } from "../../src/organizations/members.ts";
import { ENGINES } from "../support/databases.ts";
import {
  type App,
  call,
  exchange,
  mint,
  refresh,
  refusal,
  type TokenAnswer,
  tokens,
} from "../support/flow.ts";
import { atOnce, type Nodes, type Owner, PATIENCE_MS, refreshTokensOf, startNodes } from "./nodes.ts";

const INVALID_GRANT = [400, "invalid_grant"];
/** For each of three ways: a hundred and two on each engine. */
const ROUNDS = 34;

/** Everything that an app got hold of, before a revoke and while it ran. */
interface Held {
  refreshTokens: Set<string>;
  accessTokens: Set<string>;
  installationTokens: Set<string>;
}

describe.each(ENGINES)("revoking on $engine", { timeout: PATIENCE_MS }, ({ open }) => {
  let nodes: Nodes;
  let admin: Owner;
  beforeAll(async () => {
    nodes = await startNodes(open);
    admin = await nodes.person();
    await join(admin);
  });
  afterAll(() => nodes.close());

  const ways = {
    "by the person": (issued: TokenAnswer, index: number) =>
      remove(nodes.owner, index, `/connections/${issued.grant_id}`),
    "by an administrator": (issued: TokenAnswer, index: number) =>
      remove(admin, index, `/organizations/${nodes.owner.organizationId}/connections/${issued.grant_id}`),
    "by the app": (issued: TokenAnswer, index: number) =>
      call(nodes.base(index), `/installations/${issued.grant_id}`, issued.access_token, { method: "DELETE" }),
  };

  test.each(Object.entries(ways))(
    "a grant revoked %s leaves nothing usable that was obtained before or meanwhile",
    async (_, revoke) => {
      const app = await nodes.app();
      for (let round = 0; round < ROUNDS; round++) {
        if (round % 4 === 0) nodes.advance(61);
        const { held, issued } = await obtain(app);
        await useWhile(app, issued, held, async () => {
          expect((await revoke(issued, round)).status).toBe(204);
          await expectRevokedOn(nodes.base(round + 1), app, held);
        });
        await expectDead(app, held);
      }
    },
  );

  test("disabling an app ends all it obtained, also when it is enabled again", async () => {
    for (let round = 0; round < 10; round++) {
      const app = await nodes.app();
      const { held, issued } = await obtain(app);
      await useWhile(app, issued, held, async () => {
        expect((await setEnabled(app, round, false)).status).toBe(200);
        const [token = ""] = held.installationTokens;
        expect(await refusal(call(nodes.base(round + 1), "/organizations", token))).toEqual([
          410,
          "grant_revoked",
        ]);
      });
      for (const each of held.refreshTokens) {
        expect(await refusal(refresh(nodes.base(round), app, each))).toEqual([401, "invalid_client"]);
      }
      expect((await setEnabled(app, round + 1, true)).status).toBe(200);
      await expectDead(app, held);
    }
  });

  test("removing a member ends all that they allowed, also when they return", async () => {
    const app = await nodes.app();
    const member = await nodes.person();
    for (let round = 0; round < 10; round++) {
      if (round % 4 === 0) nodes.advance(61);
      await join(member);
      const { held, issued } = await obtain(app, member);
      await useWhile(app, issued, held, async () => {
        const path = `/organizations/${nodes.owner.organizationId}/members/${member.userId}`;
        expect((await remove(nodes.owner, round, path)).status).toBe(204);
        await expectRevokedOn(nodes.base(round + 1), app, held);
      });
      await expectDead(app, held);
      if (round % 3 === 0) {
        await join(member);
        await expectDead(app, held);
        await leave(member);
      }
    }
  });

  test("a code exchanged while its grant is revoked gives tokens of that grant or none", async () => {
    const app = await nodes.app("spa");
    for (let round = 0; round < 10; round++) {
      const connected = await nodes.connect(app);
      const [{ grantId = "" } = {}] = await liveGrants(app);
      const [answer] = await Promise.all([
        exchange(nodes.base(round), app, connected),
        remove(nodes.owner, round + 1, `/connections/${grantId}`),
      ]);
      if (answer.status !== 200) {
        expect(await refusal(answer)).toEqual(INVALID_GRANT);
        continue;
      }
      const issued = await tokens(answer);
      expect(issued.grants.map((grant) => grant.grant_id)).toEqual([grantId]);
      expect(issued.grant_id).toBe(grantId);
      await expectDead(app, {
        refreshTokens: new Set(refreshTokensOf(issued)),
        accessTokens: new Set([issued.access_token]),
        installationTokens: new Set(),
      });
      nodes.advance(5);
    }
  });

  test("of twenty revokes of one grant at once one does it and is noted", async () => {
    const app = await nodes.app();
    const issued = await tokens(exchange(nodes.base(0), app, await nodes.connect(app)));
    const answers = await atOnce(20, (index) => ways["by the app"](issued, index));
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([204, ...Array(19).fill(410)]);
    const db = nodes.first.ctx.db.read;
    const noted = await db
      .selectFrom("auditEntries")
      .select("id")
      .where("grantId", "=", issued.grant_id)
      .where("action", "=", "grant.revoked")
      .execute();
    expect(noted).toHaveLength(1);
    const announced = await db
      .selectFrom("outbox")
      .select("payload")
      .where("event", "=", "grant.revoked")
      .execute();
    expect(announced.filter(({ payload }) => payload.includes(issued.grant_id))).toHaveLength(1);
  });

  /** A connection with a token of every kind. */
  async function obtain(app: App, owner = nodes.owner): Promise<{ held: Held; issued: TokenAnswer }> {
    const organizations = [{ organization_id: nodes.owner.organizationId, projects: "all" as const }];
    const issued = await tokens(exchange(nodes.base(0), app, await nodes.connect(app, owner, organizations)));
    const held: Held = {
      refreshTokens: new Set(refreshTokensOf(issued)),
      accessTokens: new Set([issued.access_token]),
      installationTokens: new Set(),
    };
    await keepMinted(held, mint(nodes.base(1), issued.access_token, issued.grant_id));
    return { held, issued };
  }

  /** The app refreshes and mints on both servers while `deed` is done; what it is given is held. */
  async function useWhile(
    app: App,
    issued: TokenAnswer,
    held: Held,
    deed: () => Promise<void>,
  ): Promise<void> {
    const using = atOnce(2, async (index) => {
      for (const each of refreshTokensOf(issued)) {
        const answer = await refresh(nodes.base(index), app, each);
        if (answer.status !== 200) {
          expect([400, 401]).toContain(answer.status);
          continue;
        }
        const next = await tokens(answer);
        held.refreshTokens.add(next.refresh_token);
        held.accessTokens.add(next.access_token);
        await keepMinted(held, mint(nodes.base(index + 1), next.access_token, issued.grant_id));
      }
    });
    const minting = atOnce(2, (index) =>
      keepMinted(held, mint(nodes.base(index), issued.access_token, issued.grant_id)),
    );
    await Promise.all([using, minting, deed()]);
  }

  /** The very next request on the other server knows. */
  async function expectRevokedOn(base: string, app: App, held: Held): Promise<void> {
    const [token = ""] = held.installationTokens;
    const [accessToken = ""] = held.accessTokens;
    const [refreshToken = ""] = held.refreshTokens;
    expect(await refusal(call(base, "/organizations", token))).toEqual([410, "grant_revoked"]);
    expect(await refusal(call(base, "/me", accessToken))).toEqual([410, "grant_revoked"]);
    expect(await refusal(refresh(base, app, refreshToken))).toEqual(INVALID_GRANT);
  }

  async function expectDead(app: App, held: Held): Promise<void> {
    const asked = [
      ...[...held.installationTokens].map(async (token, index) => {
        expect(await refusal(call(nodes.base(index), "/organizations", token))).toEqual([
          410,
          "grant_revoked",
        ]);
      }),
      ...[...held.accessTokens].map(async (token, index) => {
        expect(await refusal(call(nodes.base(index), "/me", token))).toEqual([410, "grant_revoked"]);
      }),
      ...[...held.refreshTokens].map(async (token, index) => {
        expect(await refusal(refresh(nodes.base(index), app, token))).toEqual(INVALID_GRANT);
      }),
    ];
    await Promise.all(asked);
  }

  function remove(owner: Owner, index: number, path: string): Promise<Response> {
    return owner.browser.post(`${nodes.base(index)}/api/dashboard${path}`, {}, {}, "DELETE");
  }

  function setEnabled(app: App, index: number, enabled: boolean): Promise<Response> {
    const path = `/api/dashboard/organizations/${nodes.owner.organizationId}/apps/${app.clientId}`;
    return nodes.owner.browser.post(nodes.base(index) + path, { enabled }, {}, "PATCH");
  }

  async function join({ userId }: Owner): Promise<void> {
    const { db, clock } = nodes.first.ctx;
    const { organizationId } = nodes.owner;
    await db.write((tx) => addMember(tx, { organizationId, userId, role: "admin" }, clock.now()));
  }

  async function leave({ userId }: Owner): Promise<void> {
    await remove(nodes.owner, 0, `/organizations/${nodes.owner.organizationId}/members/${userId}`);
  }

  async function liveGrants(app: App): Promise<{ grantId: string }[]> {
    return nodes.first.ctx.db.read
      .selectFrom("grants")
      .select("id as grantId")
      .where("appId", "=", app.clientId)
      .where("revokedAt", "is", null)
      .execute();
  }
});

async function keepMinted(held: Held, minting: Promise<Response>): Promise<void> {
  const answer = await minting;
  if (answer.status !== 201) {
    expect(await refusal(answer)).toEqual([410, "grant_revoked"]);
    return;
  }
  const { installation_token } = (await answer.json()) as { installation_token: string };
  held.installationTokens.add(installation_token);
}
