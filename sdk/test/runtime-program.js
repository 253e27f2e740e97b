// A partner's program on any runtime that has stdin: says where it wants the browser to go, reads where that came back, and does
// a little of everything. Its last line is what it did, as JSON.

import process from "node:process";
import { createInterface } from "node:readline";
import { ConnectionRevokedError, createCdn, createParlance, MissingScopeError } from "@parlance/sdk";
import { kvStore, memoryKv } from "@parlance/sdk/stores";

const { SETTINGS = "", PROJECT = "", CDN = "" } = process.env;
const kv = memoryKv();
const parlance = createParlance({
  ...JSON.parse(SETTINGS),
  scopes: ["org:read", "projects:read", "keys:read", "keys:write", "translations:read", "translations:write"],
  store: kvStore(kv),
  installationStore: kv,
});
console.log(await parlance.authorizeUrl({ userId: "ada" }));
const [callback] = await first(createInterface({ input: process.stdin }));
const [{ id }] = await parlance.callback({ userId: "ada", url: callback });
const client = parlance.client(id);
const keys = ["one", "two", "three"].map((name) => ({ name: `runtime.${name}`, values: { en: name } }));
await client.keys.create({ projectId: PROJECT, keys });
const names = [];
for await (const { name } of client.keys.list.each({ projectId: PROJECT, q: "runtime.", limit: 2 }))
  names.push(name);
const file = await client.exports.get({ projectId: PROJECT, format: "json_flat", language: "en" });
const texts = await file.json();
const missing = await client.releases.create({ projectId: PROJECT }).catch((error) => error);
const unpublished = await createCdn({ url: CDN })
  .manifest()
  .catch((error) => error);
await parlance.disconnect(id);
const revoked = await client.me().catch((error) => error);
console.log(
  JSON.stringify({
    names: names.sort(),
    text: texts["runtime.two"],
    missing: missing instanceof MissingScopeError && missing.scope,
    unpublished: unpublished.name,
    isRevoked: revoked instanceof ConnectionRevokedError,
  }),
);
process.exit(0);

async function first(lines) {
  for await (const line of lines) return [line];
  return [];
}
