import { DatabaseSync } from "node:sqlite";
import { type Scene, startScene } from "../../server/test/refusals/scene.ts";
import type { TestDatabase } from "../../server/test/support/databases.ts";
import { approve, type Browser, follow } from "../../server/test/support/flow.ts";
import { createParlance, type Parlance } from "../src/parlance.ts";
import type { ParlanceOptions } from "../src/settings.ts";
import type { Connection, ConnectionStore } from "../src/store.ts";
import { SQL_SCHEMA, sqlStore } from "../src/stores/sql.ts";

/** A whole server with a partner's app, whose processes share a store. The server's clock is everybody's. */
export interface Partner {
  scene: Scene;
  store: ConnectionStore;
  /** The partner's database, to do to it what happens to databases. */
  rows: DatabaseSync;
  /** Every request that the processes sent, as method and path. */
  sent: string[];
  /** What happens to a request in place of being sent; undefined lets it through. */
  fault: { current: Fault | undefined };
  /** The app's settings, for a process of its own. */
  settings: Pick<ParlanceOptions, "url" | "clientId" | "clientSecret" | "redirectUri">;
  newProcess(change?: Partial<ParlanceOptions>): Parlance;
  /** Sends the owner's browser through the authorization, and its callback to the process. */
  connect(
    process: Parlance,
    url: string,
    chosen?: Parameters<typeof approve>[2],
  ): Promise<readonly Connection[]>;
  close(): Promise<void>;
}

/** `send` does the request; a fault may do it and lose the answer. */
export type Fault = (request: string, send: () => Promise<Response>) => Promise<Response> | undefined;

/** `owner` in the scene's own organization is whom the partner's user is there. */
export async function startPartner(
  open: () => Promise<TestDatabase>,
  appFields: object = {},
): Promise<Partner> {
  const scene = await startScene({ open });
  const { owner } = scene.people;
  const app = await scene.addApp(owner, scene.organization, appFields);
  const rows = new DatabaseSync(":memory:");
  for (const statement of SQL_SCHEMA) rows.exec(statement);
  const now = () => scene.server.ctx.clock.now();
  const store = sqlStore(async (statement, parameters) => rows.prepare(statement).all(...parameters), {
    now,
  });
  const sent: string[] = [];
  const fault: Partner["fault"] = { current: undefined };
  const fetchThrough: typeof fetch = async (input, init) => {
    const request = `${init?.method} ${new URL(String(input)).pathname}`;
    sent.push(request);
    const send = () => fetch(input, init);
    return fault.current?.(request, send) ?? send();
  };
  const settings = {
    ...{ url: scene.base, clientId: app.clientId, redirectUri: app.redirectUri },
    ...(app.secret !== null && { clientSecret: app.secret }),
  };
  return {
    ...{ scene, store, rows, sent, fault, settings },
    newProcess: (change = {}) =>
      createParlance({
        ...settings,
        scopes: [
          "org:read",
          "projects:read",
          "keys:read",
          "keys:write",
          "translations:read",
          "translations:write",
        ],
        ...{ store, now, fetch: fetchThrough },
        ...change,
      }),
    async connect(process, url, chosen) {
      const callback = await authorized(owner.browser, url, chosen);
      return process.callback({ userId: "ada", url: callback });
    },
    async close() {
      rows.close();
      await scene.server.close();
    },
  };
}

/** What a browser does with an address of the authorization endpoint: consent, and back to the app. */
export async function authorized(
  browser: Browser,
  url: string,
  chosen?: Parameters<typeof approve>[2],
): Promise<URL> {
  const response = await browser.request(url);
  const requestId = /\/connect\/([^/?]+)/.exec(response.headers.get("location") ?? "")?.[1];
  if (!requestId) throw new Error(`authorizing: ${response.status} ${await response.text()}`);
  return follow(browser, await approve(browser, requestId, chosen));
}

/** How many of the requests went to the token endpoint, or to mint. */
export function countOf(sent: readonly string[], kind: "token" | "mint"): number {
  const pattern =
    kind === "token" ? /^POST .*\/auth\/mcp\/token$/ : /^POST .*\/installations\/[^/]+\/tokens$/;
  return sent.filter((request) => pattern.test(request)).length;
}
