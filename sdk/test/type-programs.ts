import { join } from "node:path";

const SOURCE = join(import.meta.dirname, "..", "src", "contract.ts");

/** Uses what is public the way that partners do. */
export const GOOD = `
import { createCdn, createClient, createParlance, type Connection, type Input, memoryStore, MissingScopeError, type Output } from "@parlance/sdk";
import { kvStore, memoryKv, sqlStore, SQL_SCHEMA } from "@parlance/sdk/stores";

const parlance = createParlance({
  url: "https://parlance.test", clientId: "app_1", redirectUri: "https://partner.test/", scopes: ["keys:read"],
  store: sqlStore(async (statement, parameters) => [{ statement, parameters, SQL_SCHEMA }]), installationStore: memoryKv(),
});
export async function work(id: string, signal: AbortSignal): Promise<string[]> {
  const [connection]: readonly Connection[] = await parlance.callback({ userId: "u", url: "/callback?code=x" });
  const client = parlance.client(connection?.id ?? id, { scopes: ["keys:read"] });
  const me = await client.me();
  const names: string[] = [me.user.name];
  for await (const key of client.keys.list.each({ projectId: "p", status: "approved" }, { signal })) names.push(key.name);
  const asked: Input<"keys.create"> = { projectId: "p", keys: [{ name: "greeting", values: { en: "Hello" } }] };
  const made: Output<"keys.create"> = await client.keys.create(asked, { dryRun: true });
  const file: Response = await client.exports.get({ projectId: "p", format: "ndjson" });
  await client.imports.upload({ projectId: "p", importId: "i", content: await file.text() });
  await client.channels.delete({ projectId: "p", channel: "next" });
  const page = await client.organizations.list();
  const config = await parlance.mcp(id, { signal });
  return [...names, made.items[0]?.id ?? "", ...page.items.map(({ slug }) => slug), config.cursor.mcpServers.parlance?.url ?? ""];
}
export const others = [kvStore(memoryKv()), memoryStore(), createClient({ url: "https://parlance.test", key: "bi-x" })];
export const manifest = createCdn({ url: "https://cdn.test/a/b" }).manifest().then(({ languages }) => languages[0]?.code);
export const scope = (error: unknown) => error instanceof MissingScopeError && error.scope === "keys:read" && error.code;
`;

/** Each line that ends so is refused, and no other. */
export const BAD = `
import { createParlance, memoryStore } from "@parlance/sdk";
const base = { url: "https://parlance.test", clientId: "app_1", redirectUri: "https://partner.test/", store: memoryStore() };
createParlance({ ...base, scopes: ["keys:raed"] }); // wrong
const client = createParlance(base).client("x");
client.keys.lst({ projectId: "p" }); // wrong
client.keys.list({}); // wrong
client.keys.list({ projectId: "p", limit: "5" }); // wrong
client.keys.get.each({ projectId: "p", keyId: "k" }); // wrong
client.values.set({ projectId: "p", values: [{ key: { name: "a" }, language: "de" }] }); // wrong
client.installations.mint({ grantId: "g" }); // wrong
`;

/** A program that compiles only if every operation of the package is sent and answered what the contract says. */
export function sameTypes(): string {
  return `
import type { Operations as Shipped, Manifest, Scope, ErrorCode, FieldError, FileContent } from "@parlance/sdk";
import type * as Ours from ${JSON.stringify(SOURCE)};
type Source = Ours.Operations;
type Is<From, To> = [From] extends [To] ? true : [From, "is no", To];
type Both<One, Other> = Is<One, Other> extends true ? Is<Other, One> : Is<One, Other>;
type Flat<Value> = Value extends Response ? "file" : Value extends object ? { [Name in keyof Value]: Flat<Value[Name]> } : Value;
declare const names: Both<keyof Shipped, keyof Source>;
names satisfies true;
declare const outputs: { [Name in keyof Source]: Both<Flat<Shipped[Name]["output"]>, Flat<Source[Name]["output"]>> };
outputs satisfies { [Name in keyof Source]: true };
declare const inputs: { [Name in keyof Source]: Is<Shipped[Name]["input"], Source[Name]["input"]> };
inputs satisfies { [Name in keyof Source]: true };
declare const others: [Both<Manifest, Ours.Manifest>, Both<Scope, Ours.Scope>, Both<ErrorCode, Ours.ErrorCode>,
  Both<FieldError, Ours.FieldError>, Both<FileContent, Ours.FileContent>];
others satisfies true[];
`;
}
