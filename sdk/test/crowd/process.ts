// One process of a partner's app: what it is comes as the first argument, what it is asked as messages.
import { readFileSync } from "node:fs";
import { createParlance, type ParlanceError, type ParlanceOptions } from "../../src/index.ts";
import { sqlStore } from "../../src/stores/sql.ts";
import { openFile, sqlKv } from "./file.ts";

/** A place to be killed at: before a request of this path is sent, when its answer is there, or once that is stored. */
export interface Death {
  path: "token" | "tokens";
  when: "before" | "answered" | "stored";
}

export interface ProcessOptions {
  settings: Omit<ParlanceOptions, "store">;
  /** The database that it shares with the others. */
  file: string;
  /** Origin of a proxy, through which everything goes that is for the server. */
  proxy?: string;
  /** Holds the time in epoch milliseconds. */
  clock: string;
  skewMs?: number;
  timeoutMs?: number;
  sharesInstallationTokens?: boolean;
  dies?: Death;
}

export interface Question {
  ids: readonly string[];
  /** Asks the server `me` too. */
  calls: boolean;
  /** Makes a key, as the first connection. */
  writes?: { projectId: string; name: string };
}

/** Of each connection: what `me` said, `fresh` where it was not asked, or which error it was; and the requests for tokens since the last answer. */
export interface Report {
  outcomes: string[];
  /** `written`, or which error it was. */
  written?: string;
  refreshes: number;
  mints: number;
}

const options = JSON.parse(process.argv[2] as string) as ProcessOptions;
const run = openFile(options.file);
const now = () => Number(readFileSync(options.clock, "utf8")) + (options.skewMs ?? 0);
const store = sqlStore(run, { now });
const proxy = options.proxy ?? options.settings.url;
let counts = { refreshes: 0, mints: 0 };
let answered = false;

const dieAt = (path: string, when: Death["when"]) => {
  if (options.dies?.when === when && path.endsWith(`/${options.dies.path}`))
    process.kill(process.pid, "SIGKILL");
};

const parlance = createParlance({
  ...options.settings,
  ...(options.timeoutMs !== undefined && { timeoutMs: options.timeoutMs }),
  ...(options.sharesInstallationTokens && { installationStore: sqlKv(run) }),
  now,
  store: {
    ...store,
    async replace(...of) {
      const done = await store.replace(...of);
      if (answered) dieAt("/token", "stored");
      return done;
    },
  },
  async fetch(input, init) {
    const { pathname } = new URL(String(input));
    if (pathname.endsWith("/token")) counts.refreshes++;
    if (pathname.endsWith("/tokens")) counts.mints++;
    dieAt(pathname, "before");
    const response = await fetch(String(input).replace(options.settings.url, proxy), init);
    answered ||= pathname.endsWith("/token");
    dieAt(pathname, "answered");
    return response;
  },
});

/** With fresh tokens of both kinds, and a call where there is time for one. */
async function outcome(id: string, calls: boolean): Promise<string> {
  try {
    await parlance.ensureAccessToken(id);
    await parlance.installationToken(id);
    if (!calls) return "fresh";
    return (await parlance.client(id).me()).user.name;
  } catch (error) {
    return (error as ParlanceError).name;
  }
}

async function written(id: string, { projectId, name }: NonNullable<Question["writes"]>): Promise<string> {
  try {
    await parlance.client(id).keys.create({ projectId, keys: [{ name, values: { en: name } }] });
    return "written";
  } catch (error) {
    return (error as ParlanceError).name;
  }
}

process.on("message", async ({ ids, calls, writes }: Question) => {
  const [outcomes, key] = await Promise.all([
    Promise.all(ids.map((id) => outcome(id, calls))),
    writes && written(ids[0] as string, writes),
  ]);
  process.send?.({ outcomes, ...(key && { written: key }), ...counts } satisfies Report);
  counts = { refreshes: 0, mints: 0 };
});
process.send?.("ready");
