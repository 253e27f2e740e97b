import { setTimeout as sleep } from "node:timers/promises";
import {
  type App,
  type Browser,
  type Connected,
  call,
  connect,
  exchange,
  mint,
  refresh,
  type TokenAnswer,
} from "../../support/flow.ts";
import type { World } from "../world.ts";
import type { Figures } from "./figures.ts";

/** The last one is who publishes, and has something to publish each time. */
export const WRITERS = 5;
const PUBLISHER = WRITERS - 1;
const PARTNERS = 4;
/** A partner connects anew after so many refreshes. */
const REFRESHES = 10;
/** People and programs think now and then; and nobody is to be told that they come too often. */
const PAUSE_MS = 10;

/** What the load is put on. */
export interface Stage {
  base: string;
  browser: Browser;
  world: World;
  projectId: string;
  figures: Figures;
}

/** What the server has acknowledged. */
export interface Acknowledged {
  /** Of each writer: how often it wrote its value. */
  writes: number[];
  /** Numbers of releases, in the order of their answers. */
  releases: number[];
  /** Since the last kill. */
  accessTokens: string[];
  installationTokens: string[];
  revokedTokens: string[];
  /** By app. */
  grantIds: Map<string, Set<string>>;
}

export const textOf = (writer: number, count: number) => `writer ${writer} wrote ${count}`;
/** The Idempotency-Key of a publish, by how many there were before. */
export const publishKeyOf = (count: number) => `publish-${count}`;
export const keyOf = (writer: number) => `writer-${writer}`;

/** Everybody at once, until they are told to stop; each finishes what it is at. */
export function startCallers(
  stage: Stage,
  isOver: () => boolean,
): { told: Acknowledged; ended: Promise<unknown> } {
  const { world } = stage;
  const told: Acknowledged = {
    writes: Array<number>(WRITERS).fill(0),
    releases: [],
    accessTokens: [],
    installationTokens: [],
    revokedTokens: [],
    grantIds: new Map(),
  };
  const again = async (work: () => Promise<void>) => {
    while (!isOver()) {
      await work();
      await sleep(PAUSE_MS);
    }
  };
  const callers = [
    ...told.writes.slice(0, PUBLISHER).map((_, writer) => again(() => write(stage, told, writer))),
    again(() => publish(stage, told)),
    ...Array.from({ length: PARTNERS }, (_, at) =>
      again(() => partner(stage, told, at % 2 === 0 ? world.web : world.spa, isOver)),
    ),
    again(() => leave(stage, told)),
  ];
  const ended = Promise.all(
    callers.map((caller) =>
      caller.catch((error: unknown) => {
        if (stage.figures.wrong.length === 0) stage.figures.fault(String(error));
      }),
    ),
  );
  return { told, ended };
}

async function write(
  { browser, projectId, figures }: Stage,
  told: Acknowledged,
  writer: number,
): Promise<void> {
  const count = (told.writes[writer] ?? 0) + 1;
  const value = { key: { name: keyOf(writer) }, language: "en", text: textOf(writer, count) };
  const path = `/api/oauth-client/v1/projects/${projectId}/values`;
  const key = { "Idempotency-Key": `${keyOf(writer)}-${count}` };
  await figures.untilTaken("write", () => browser.post(path, { values: [value] }, key));
  told.writes[writer] = count;
}

async function publish(stage: Stage, told: Acknowledged): Promise<void> {
  await write(stage, told, PUBLISHER);
  const { browser, projectId, figures } = stage;
  const path = `/api/oauth-client/v1/projects/${projectId}/releases`;
  const key = { "Idempotency-Key": publishKeyOf(told.releases.length) };
  const release = await figures.untilTaken<{ number: number }>("publish", () => browser.post(path, {}, key));
  told.releases.push(release?.number ?? 0);
}

/** Connects, then refreshes with what it received last, mints and reads. */
async function partner(stage: Stage, told: Acknowledged, app: App, isOver: () => boolean): Promise<void> {
  const { base, figures } = stage;
  const issued = await letIn(stage, app);
  if (!issued) return;
  told.grantIds.set(app.clientId, (told.grantIds.get(app.clientId) ?? new Set()).add(issued.grant_id));
  let held = issued;
  for (let left = REFRESHES; left > 0 && !isOver(); left--) {
    const { refresh_token } = held;
    held =
      (await figures.untilTaken<TokenAnswer>("refresh", () => refresh(base, app, refresh_token))) ?? held;
    told.accessTokens.push(held.access_token);
    const token = await mintFor(stage, held);
    told.installationTokens.push(token);
    for (const path of ["/organizations", `/v1/projects/${stage.projectId}`]) {
      await figures.untilTaken("read", () => call(base, path, token));
    }
  }
}

/** Connects and revokes. */
async function leave(stage: Stage, told: Acknowledged): Promise<void> {
  const { base, figures } = stage;
  const issued = await letIn(stage, stage.world.other);
  if (!issued) return;
  const token = await mintFor(stage, issued);
  const path = `/installations/${issued.grant_id}`;
  const send = () => call(base, path, issued.access_token, { method: "DELETE" });
  await figures.untilTaken("revoke", send, [410]);
  told.revokedTokens.push(token);
}

/** Null when it was cut off on the way: then everything begins anew, as a person does. */
async function letIn({ base, browser, figures }: Stage, app: App): Promise<TokenAnswer | null> {
  let connected: Connected | undefined;
  const begun = performance.now();
  await figures.once("connect", async () => {
    connected = await connect(browser, app);
    return new Response();
  });
  if (!connected) return null;
  figures.took("connect", begun);
  const held: Connected = connected;
  const sent = performance.now();
  const answer = await figures.once("exchange", () => exchange(base, app, held));
  if (!answer) return null;
  if (answer.status !== 200) throw figures.fault(`exchange was answered ${answer.status} ${answer.text}`);
  figures.took("exchange", sent);
  return JSON.parse(answer.text) as TokenAnswer;
}

async function mintFor({ base, figures }: Stage, { access_token, grant_id }: TokenAnswer): Promise<string> {
  const minted = await figures.untilTaken<{ installation_token: string }>("mint", () =>
    mint(base, access_token, grant_id),
  );
  return minted?.installation_token ?? "";
}
