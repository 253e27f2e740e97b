import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestPostgres, openTestSqlite } from "../support/databases.ts";
import { type App, call, exchange, mint, refresh, type TokenAnswer, tokens } from "../support/flow.ts";
import { type Nodes, PATIENCE_MS, startNodes } from "./nodes.ts";

const PROGRAM = join(import.meta.dirname, "other-process.ts");
/** For each of two ways on each of two engines: two hundred. */
const ROUNDS = 50;
/** Of each kind of request, sent after the revoke was acknowledged. */
const ASKED_AFTER = 2;

/** The in-process Postgres cannot be opened by another process. */
const ENGINES = [
  { engine: "sqlite", open: openTestSqlite },
  ...(process.env.TEST_POSTGRES_URL ? [{ engine: "postgres", open: openTestPostgres }] : []),
];

/** What an app holds, the newest last. */
interface Held {
  issued: TokenAnswer;
  refreshTokens: string[];
  accessTokens: string[];
  installationTokens: string[];
}

describe.each(ENGINES)(
  "while two servers are asked without a pause, on $engine",
  { timeout: PATIENCE_MS },
  ({ open }) => {
    let nodes: Nodes;
    let other: ChildProcess;
    let app: App;
    /** Requests that were answered although they should not have been, or that failed otherwise. */
    let wrong: string[];
    let asked: { before: number; after: number };

    beforeAll(async () => {
      nodes = await startNodes(open);
      app = await nodes.app();
      other = fork(PROGRAM, [nodes.first.database.url as string], { stdio: "inherit" });
      await once(other, "message");
    });
    afterAll(async () => {
      other.disconnect();
      await once(other, "exit");
      await nodes.close();
    });

    test("nothing is answered after another process has revoked the grant", async () => {
      await inRounds(({ issued }) => tell("revoke", issued.grant_id));
    });

    test("nothing is answered after the command line has disabled the app", async () => {
      await inRounds(
        () => tell("apps:disable", app.clientId),
        () => tell("apps:disable", app.clientId, "--off"),
      );
    });

    async function inRounds(
      revoke: (held: Held) => Promise<unknown>,
      after: () => Promise<unknown> = async () => {},
    ): Promise<void> {
      wrong = [];
      asked = { before: 0, after: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        nodes.advance(61);
        await revokeWhileUsed(round, await obtain(), revoke);
        await after();
      }
      expect(wrong).toEqual([]);
      expect(asked.before).toBeGreaterThan(ROUNDS * 3);
      expect(asked.after).toBeGreaterThanOrEqual(ROUNDS * 6 * ASKED_AFTER);
    }

    /** Reads, mints and refreshes on both servers, from before the revoke until after it was acknowledged. */
    async function revokeWhileUsed(
      round: number,
      held: Held,
      revoke: (held: Held) => Promise<unknown>,
    ): Promise<void> {
      let isRevoked = false;
      const use = async (what: string, ask: () => Promise<Response>) => {
        for (let after = 0; after < ASKED_AFTER; ) {
          const sentAfter = isRevoked;
          const answer = await ask();
          const text = await answer.text();
          if (sentAfter) after++;
          asked[sentAfter ? "after" : "before"]++;
          if (answer.status >= 500 || (sentAfter && answer.ok)) {
            wrong.push(`round ${round}: ${what} answered ${answer.status} ${text}`);
          }
          if (answer.ok) keep(held, JSON.parse(text));
        }
      };
      const using = [nodes.base(0), nodes.base(1)].flatMap((base) => [
        use("read", () => call(base, "/organizations", held.installationTokens.at(-1) ?? "")),
        use("mint", () => mint(base, held.accessTokens.at(-1) ?? "", held.issued.grant_id)),
        use("refresh", () => refresh(base, app, held.refreshTokens.at(-1) ?? "")),
      ]);
      await revoke(held);
      isRevoked = true;
      await Promise.all(using);
      const tokens = [
        ...held.accessTokens.map((token) => ["/me", token] as const),
        ...held.installationTokens.map((token) => ["/organizations", token] as const),
      ];
      for (const [at, [path, token]] of tokens.entries()) {
        const { status } = await call(nodes.base(at), path, token);
        if (status !== 410) wrong.push(`round ${round}: ${path} of a token held answered ${status}`);
      }
    }

    async function obtain(): Promise<Held> {
      const issued = await tokens(exchange(nodes.base(0), app, await nodes.connect(app)));
      const held: Held = { issued, refreshTokens: [], accessTokens: [], installationTokens: [] };
      keep(held, issued);
      const minted = await mint(nodes.base(1), issued.access_token, issued.grant_id);
      keep(held, (await minted.json()) as object);
      return held;
    }

    async function tell(...words: string[]): Promise<void> {
      other.send(words);
      await once(other, "message");
    }
  },
);

/** What an answer issued, if anything. */
function keep(held: Held, answer: Partial<TokenAnswer> & { installation_token?: string }): void {
  if (answer.refresh_token) held.refreshTokens.push(answer.refresh_token);
  if (answer.access_token) held.accessTokens.push(answer.access_token);
  if (answer.installation_token) held.installationTokens.push(answer.installation_token);
}
