// oidc-provider on SQLite: the refresh grant with rotation and JWT access tokens, as durable as ours.
// Every write of its adapter interface is a transaction of its own, so a rotation is two commits. It keeps no audit,
// counts no failures per address, and a retry of a rotated token ends the grant instead of answering the successor.
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { exportJWK, generateKeyPair } from "jose";
import { type Adapter, type AdapterPayload, Provider } from "oidc-provider";

const { PORT, DATABASE = ":memory:", CONNECTIONS = "1", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
const RESOURCE = "https://parlance.example/api/oauth-client";
const SCOPE = "keys:read keys:write";
const WEEK_SECONDS = 7 * 24 * 60 * 60;

const database = new DatabaseSync(DATABASE);
database.exec(`
  pragma journal_mode = wal; pragma synchronous = full;
  create table payloads (id text primary key, payload text not null, grantId text, consumedAt integer, expiresAt integer);
  create index payloadsByGrant on payloads (grantId);
`);
const upsert = database.prepare(
  "insert into payloads (id, payload, grantId, expiresAt) values (?, ?, ?, ?) on conflict (id) do update set payload = excluded.payload",
);
const select = database.prepare("select payload, consumedAt from payloads where id = ?");
const consume = database.prepare("update payloads set consumedAt = ? where id = ?");
const remove = database.prepare("delete from payloads where id = ?");
const removeGrant = database.prepare("delete from payloads where grantId = ?");

class SqliteAdapter implements Adapter {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const expiresAt = Number.isFinite(expiresIn) ? Date.now() + expiresIn * 1000 : null;
    upsert.run(this.#key(id), JSON.stringify(payload), payload.grantId ?? null, expiresAt);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = select.get(this.#key(id)) as { payload: string; consumedAt: number | null } | undefined;
    if (!row) return undefined;
    return { ...JSON.parse(row.payload), ...(row.consumedAt !== null && { consumed: row.consumedAt }) };
  }

  async consume(id: string): Promise<void> {
    consume.run(Math.floor(Date.now() / 1000), this.#key(id));
  }

  async destroy(id: string): Promise<void> {
    remove.run(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    removeGrant.run(grantId);
  }

  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }
}

const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  adapter: SqliteAdapter,
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "EdDSA", use: "sig", kid: "key" }] },
  cookies: { keys: ["a key for cookies that nobody gets"] },
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      redirect_uris: ["https://partner.example/callback"],
      grant_types: ["authorization_code", "refresh_token"],
      id_token_signed_response_alg: "EdDSA",
    },
  ],
  scopes: ["offline_access"],
  rotateRefreshToken: true,
  ttl: { RefreshToken: WEEK_SECONDS, Grant: WEEK_SECONDS, AccessToken: 3600 },
  findAccount: async (_ctx, accountId) => ({ accountId, claims: async () => ({ sub: accountId }) }),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => RESOURCE,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: SCOPE,
        audience: RESOURCE,
        accessTokenFormat: "jwt",
        accessTokenTTL: 3600,
        jwt: { sign: { alg: "EdDSA" } },
      }),
    },
  },
});

const refreshTokens = await Promise.all(Array.from({ length: Number(CONNECTIONS) }, seedToken));
const listener = provider.callback();
createServer((request, response) => {
  if (request.url === "/tokens") response.end(JSON.stringify(refreshTokens));
  else void listener(request, response);
}).listen(Number(PORT), "127.0.0.1");

async function seedToken(): Promise<string> {
  const grant = new provider.Grant({ accountId: "usr_1", clientId: CLIENT_ID });
  grant.addOIDCScope("offline_access");
  grant.addResourceScope(RESOURCE, SCOPE);
  const grantId = await grant.save();
  const client = await provider.Client.find(CLIENT_ID);
  if (!client) throw new Error("the client is missing");
  return new provider.RefreshToken({
    accountId: "usr_1",
    client,
    grantId,
    gty: "authorization_code",
    resource: RESOURCE,
    scope: `offline_access ${SCOPE}`,
  } as unknown as ConstructorParameters<typeof provider.RefreshToken>[0]).save();
}
