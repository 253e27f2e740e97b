import { createCdn, createParlance, memoryStore, type ParlanceOptions } from "../../src/index.ts";

/** What a program needs to be a partner for a day, whatever it runs in. */
export interface Day {
  settings: Omit<ParlanceOptions, "store">;
  projectId: string;
  /** Where `helper.ts` answers: it has the user's browser and the server's clock. */
  helper: string;
}

/** What the app asks for. */
export const SCOPES = [
  ...(["org:read", "projects:read", "keys:read", "keys:write", "translations:read"] as const),
  ...(["translations:write", "translations:publish"] as const),
];

/**
 * A partner's day, on what the Web has and nothing else: the same program for every runtime. Answers what happened, by name;
 * an error is an answer by its name too, so that runtimes can be compared.
 */
export async function partnerDay({ settings, projectId, helper }: Day): Promise<Record<string, unknown>> {
  const ask = async (path: string, body: string) => {
    const response = await fetch(`${helper}/${path}`, { method: "POST", body });
    if (!response.ok) throw new Error(`The helper answered ${response.status} to ${path}.`);
    return response.text();
  };
  let now = Number(await ask("advance", "0"));
  const advance = async (milliseconds: number) => {
    now = Number(await ask("advance", String(milliseconds)));
  };
  const sent: string[] = [];
  let losing: RegExp | undefined;
  const parlance = createParlance({
    ...settings,
    store: memoryStore(),
    now: () => now,
    async fetch(input, init) {
      const request = `${init?.method} ${new URL(String(input)).pathname}`;
      sent.push(request);
      const response = await fetch(input, init);
      if (!losing?.test(request)) return response;
      losing = undefined;
      await response.body?.cancel();
      throw new TypeError("The answer was lost.");
    },
  });
  const named = (work: Promise<unknown>) =>
    work.then(
      () => "no error",
      (error: Error) => error.name,
    );
  const consented = async () => new URL(await ask("consent", await parlance.authorizeUrl({ userId: "ada" })));
  const changed = (callback: URL, name: string, value: string) => {
    const url = new URL(callback);
    url.searchParams.set(name, value);
    return parlance.callback({ userId: "ada", url });
  };
  const happened: Record<string, unknown> = {};

  happened.foreignState = await named(changed(await consented(), "state", "mine"));
  happened.foreignIssuer = await named(changed(await consented(), "iss", "https://other.test"));
  happened.foreignUser = await named(parlance.callback({ userId: "eve", url: await consented() }));
  const [connection] = await parlance.callback({ userId: "ada", url: await consented() });
  const { id } = connection as { id: string };
  const client = parlance.client(id);
  happened.user = (await client.me()).user.name;

  losing = /\/keys$/;
  const keys = ["one", "two", "three"].map((name) => ({ name: `day.${name}`, values: { en: name } }));
  await client.keys.create({ projectId, keys });
  const listed: string[] = [];
  for await (const key of client.keys.list.each({ projectId, q: "day.", limit: 2 })) listed.push(key.name);
  happened.keys = listed.sort();
  const file = await client.exports.get({ projectId, format: "json_flat", language: "en" });
  happened.file = ((await file.json()) as Record<string, string>)["day.two"];
  const { cdn } = await client.projects.get({ projectId });
  await client.releases.create({ projectId });
  const published = createCdn({ url: cdn.base });
  const messages = await published.messages("en");
  happened.cdn = [JSON.stringify(messages).includes("three"), (await published.messages("en")) === messages];

  await advance(60 * 60_000);
  sent.length = 0;
  losing = /\/token$/;
  await Promise.all(Array.from({ length: 10 }, () => client.me()));
  happened.renewed = [/\/token$/, /\/tokens$/].map(
    (path) => sent.filter((request) => path.test(request)).length,
  );
  happened.agent = Object.keys((await parlance.mcp(id, { scopes: ["keys:read"] })).cursor.mcpServers).length;

  const narrowed = parlance.client(id, { scopes: ["keys:read"] });
  happened.missingScope = await named(narrowed.values.list({ projectId }));
  happened.invalid = await named(client.keys.create({ projectId, keys: [{ name: "" }] }));
  happened.elsewhere = await named(client.projects.get({ projectId: ".." }));
  const reason = new Error("enough");
  reason.name = "Enough";
  happened.aborted = await named(client.me({}, { signal: AbortSignal.abort(reason) }));
  await parlance.disconnect(id);
  happened.disconnected = await named(client.me());
  return happened;
}

/** What it comes to in every runtime. A refresh whose answer is lost is two requests, whoever waits for it. */
export const EXPECTED = {
  ...{ foreignState: "CallbackError", foreignIssuer: "CallbackError", foreignUser: "CallbackError" },
  ...{ user: "Olga Owner", keys: ["day.one", "day.three", "day.two"], file: "two", cdn: [true, true] },
  ...{ renewed: [2, 1], agent: 1 },
  ...{ missingScope: "MissingScopeError", invalid: "ValidationError", elsewhere: "ValidationError" },
  ...{ aborted: "Enough", disconnected: "ConnectionRevokedError" },
};
