import { Client, InMemoryTransport, InsufficientScopeError } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import { Problem, SignInNeeded } from "./problem.ts";
import { Relay } from "./relay.ts";
import { readSettings } from "./settings.ts";

/** When a browser opens, and what a model is told before: with a server and a person that are made up. */
const settings = readSettings(
  { BETTER_I18N_MCP_URL: "https://words.example.com" },
  { local: false, debug: false },
);
const page = new URL("https://words.example.com/authorize?state=x");

interface Made {
  client: Client;
  relay: Relay;
  /** The scopes of each sign-in that was asked for. */
  asked: (string | undefined)[];
  /** What the next contacts with the server fail with; they succeed afterwards. */
  faults: Error[];
  /** The person's answer to the sign-in under way. */
  answer: { yes(): void; no(): void };
}

async function make({ patienceMs = 5_000 } = {}): Promise<Made> {
  const faults: Error[] = [];
  const asked: Made["asked"] = [];
  const answer = { yes: () => {}, no: () => {} };
  let under: Promise<void> | null = null;
  const upstream = {
    client: async () => {
      const fault = faults.shift();
      if (fault) throw fault;
      return {
        getInstructions: () => undefined,
        getProtocolEra: () => "legacy",
        callTool: async () => ({ content: [{ type: "text", text: "done" }] }),
      };
    },
  };
  const session = {
    page,
    onSignedIn: () => {},
    signIn({ scope }: { scope?: string } = {}) {
      under ??= new Promise<void>((resolve, reject) => {
        asked.push(scope);
        answer.yes = resolve;
        answer.no = () => reject(new Problem("Access was not allowed in the browser.", 3));
      }).finally(() => {
        under = null;
      });
      return under;
    },
  };
  const log = { say: () => {}, debug: () => {} };
  const parts = { settings, log, session, upstream } as unknown as ConstructorParameters<typeof Relay>[0];
  const relay = new Relay(parts, { patienceMs });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = await relay.newServer();
  await server.connect(ours as never);
  const client = new Client({ name: "an-agent", version: "1" });
  await client.connect(theirs);
  return { client, relay, asked, faults, answer };
}

const ended = () => new SignInNeeded("The connection was revoked.", { hasEnded: true });
const missing = (requiredScope: string) => new InsufficientScopeError({ requiredScope });

async function call(client: Client): Promise<string> {
  const { content } = await client.callTool({ name: "anything", arguments: {} });
  const [item] = content;
  return item?.type === "text" ? item.text : "";
}

test("a call that waits too long says where the page is, and the sign-in goes on", async () => {
  const { client, asked, faults, answer } = await make({ patienceMs: 20 });
  const first = new SignInNeeded("Nobody has signed in yet.", { hasEnded: false });
  faults.push(first, first);
  expect(await call(client)).toContain(page.href);
  expect(await call(client)).toContain("Waiting for the person");
  answer.yes();
  expect(await call(client)).toBe("done");
  expect(asked).toHaveLength(1);
});

test("calls side by side are all told, and none of them opens a browser", async () => {
  const { client, asked, faults } = await make();
  faults.push(ended(), ended(), ended());
  for (const told of await Promise.all([call(client), call(client), call(client)])) {
    expect(told).toContain("calling again opens a page");
  }
  expect(asked).toEqual([]);
});

test("a permission is asked for when the model calls knowing that it is missing", async () => {
  const { client, asked, faults, answer } = await make();
  faults.push(missing("a b"));
  expect(await call(client)).toContain("It needs the scopes: a b.");
  faults.push(missing("a b"));
  const called = call(client);
  await expect.poll(() => asked).toEqual(["a b"]);
  answer.yes();
  expect(await called).toBe("done");
});

test("a permission that the person denied is told again before it is asked for again", async () => {
  const { client, asked, faults, answer } = await make();
  faults.push(missing("a b"), missing("a b"));
  await call(client);
  const called = call(client);
  await expect.poll(() => asked).toHaveLength(1);
  answer.no();
  expect(await called).toContain("Access was not allowed");
  faults.push(missing("a b"));
  expect(await call(client)).toContain("calling again opens a page");
  expect(asked).toHaveLength(1);
});

test("another permission is told again", async () => {
  const { client, asked, faults } = await make();
  faults.push(missing("a b"), missing("a c"));
  await call(client);
  expect(await call(client)).toContain("It needs the scopes: a c.");
  expect(asked).toEqual([]);
});

test("who was told of a permission was not told of a sign-in that has ended since", async () => {
  const { client, asked, faults } = await make();
  faults.push(missing("a b"), ended());
  await call(client);
  expect(await call(client)).toContain("The connection was revoked. Tell the person");
  expect(asked).toEqual([]);
});

test("after a no the model is told once more before the person is asked again", async () => {
  const { client, asked, faults, answer } = await make();
  const first = () => new SignInNeeded("Nobody has signed in yet.", { hasEnded: false });
  faults.push(first());
  const refused = call(client);
  await expect.poll(() => asked).toHaveLength(1);
  answer.no();
  expect(await refused).toContain("Access was not allowed");
  faults.push(first(), first());
  expect(await call(client)).toContain("calling again opens a page");
  expect(asked).toHaveLength(1);
  const again = call(client);
  await expect.poll(() => asked).toHaveLength(2);
  answer.yes();
  expect(await again).toBe("done");
});

test("the exit code is of the last contact", async () => {
  const { client, relay, faults } = await make();
  expect(relay.exitCode).toBe(0);
  faults.push(
    Object.assign(new TypeError("fetch failed"), {
      cause: Object.assign(new Error(), { code: "ECONNREFUSED" }),
    }),
  );
  expect(await call(client)).toContain("cannot be reached (ECONNREFUSED)");
  expect(relay.exitCode).toBe(4);
  await call(client);
  expect(relay.exitCode).toBe(0);
});
