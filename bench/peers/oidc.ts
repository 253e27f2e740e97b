// oidc-provider on SQLite or Postgres: the refresh grant with rotation and JWT access tokens, as durable as ours.
// Every write of its adapter interface is a transaction of its own, so a rotation is two commits. It keeps no audit,
// counts no failures per address, and a retry of a rotated token ends the grant instead of answering the successor.
import { createServer } from "node:http";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { exportJWK, generateKeyPair } from "jose";
import { type Adapter, type AdapterPayload, Provider } from "oidc-provider";
import pg from "pg";

const { PORT, DATABASE = ":memory:", CONNECTIONS = "1", CLIENT_ID = "", CLIENT_SECRET = "" } = process.env;
const RESOURCE = "https://parlance.example/api/oauth-client";
const SCOPE = "keys:read keys:write";
const WEEK_SECONDS = 7 * 24 * 60 * 60;

interface Payload {
  payload: string;
  consumedAt: number | null;
}

/** What its adapter stores, one statement each. */
interface Store {
  upsert(id: string, payload: string, grantId: string | null, expiresAt: number | null): Promise<unknown>;
  select(id: string): Promise<Payload | undefined>;
  consume(id: string, at: number): Promise<unknown>;
  remove(id: string): Promise<unknown>;
  removeGrant(grantId: string): Promise<unknown>;
}

const SQL = {
  upsert: `insert into payloads (id, payload, "grantId", "expiresAt") values ($1, $2, $3, $4)
    on conflict (id) do update set payload = excluded.payload`,
  select: `select payload, "consumedAt" from payloads where id = $1`,
  consume: `update payloads set "consumedAt" = $2 where id = $1`,
  remove: "delete from payloads where id = $1",
  removeGrant: `delete from payloads where "grantId" = $1`,
};

const store = DATABASE.startsWith("postgres") ? await openPostgres() : openSqlite();

function openSqlite(): Store {
  const database = new DatabaseSync(DATABASE);
  database.exec(`
    pragma journal_mode = wal; pragma synchronous = full;
    create table payloads (id text primary key, payload text not null, grantId text, consumedAt integer, expiresAt integer);
    create index payloadsByGrant on payloads (grantId);
  `);
  const [upsert, select, consume, remove, removeGrant] = Object.values(SQL).map((sql) =>
    database.prepare(sql.replaceAll("$", "?")),
  ) as [StatementSync, StatementSync, StatementSync, StatementSync, StatementSync];
  return {
    upsert: async (...values) => upsert.run(...values),
    select: async (id) => select.get(id) as unknown as Payload | undefined,
    consume: async (id, at) => consume.run(id, at),
    remove: async (id) => remove.run(id),
    removeGrant: async (grantId) => removeGrant.run(grantId),
  };
}

async function openPostgres(): Promise<Store> {
  const pool = new pg.Pool({ connectionString: DATABASE, max: 16 });
  await pool.query(
    `create table payloads (id text primary key, payload text not null, "grantId" text, "consumedAt" bigint, "expiresAt" bigint)`,
  );
  await pool.query(`create index "payloadsByGrant" on payloads ("grantId")`);
  const run = (name: keyof typeof SQL, ...values: unknown[]) => pool.query({ name, text: SQL[name], values });
  return {
    upsert: (...values) => run("upsert", ...values),
    select: async (id) => (await run("select", id)).rows[0],
    consume: (id, at) => run("consume", id, at),
    remove: (id) => run("remove", id),
    removeGrant: (grantId) => run("removeGrant", grantId),
  };
}

class StoreAdapter implements Adapter {
  readonly #model: string;

  constructor(model: string) {
    this.#model = model;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const expiresAt = Number.isFinite(expiresIn) ? Date.now() + expiresIn * 1000 : null;
    await store.upsert(this.#key(id), JSON.stringify(payload), payload.grantId ?? null, expiresAt);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const row = await store.select(this.#key(id));
    if (!row) return undefined;
    return {
      ...JSON.parse(row.payload),
      ...(row.consumedAt !== null && { consumed: Number(row.consumedAt) }),
    };
  }

  async consume(id: string): Promise<void> {
    await store.consume(this.#key(id), Math.floor(Date.now() / 1000));
  }

  async destroy(id: string): Promise<void> {
    await store.remove(this.#key(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await store.removeGrant(grantId);
  }

  async findByUid(): Promise<undefined> {}
  async findByUserCode(): Promise<undefined> {}

  #key(id: string): string {
    return `${this.#model}:${id}`;
  }
}

const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
const provider = new Provider(`http://127.0.0.1:${PORT}`, {
  adapter: StoreAdapter,
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
