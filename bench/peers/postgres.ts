// What Node and Postgres can do: the rows that a call of ours needs, in as few round trips as there can be, and no rules.
import { hash, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import pg from "pg";

const { PORT, KIND = "", DATABASE_URL, ANSWER = "{}", STATUS = "200", CONNECTIONS = "4" } = process.env;
const answer: unknown = JSON.parse(ANSWER);

const clients = await Promise.all(
  Array.from({ length: Number(CONNECTIONS) }, async () => {
    const client = new pg.Client({ connectionString: DATABASE_URL, pipeline: true });
    await client.connect();
    return client;
  }),
);
let turn = 0;

const GRANT = `"grants" g join "apps" a on a."id" = g."appId" join "organizations" o on o."id" = g."organizationId"
  left join "members" m on m."organizationId" = g."organizationId" and m."userId" = g."userId"`;
const GRANT_COLUMNS = `g."id" as "grantId", g."appId", g."userId", g."organizationId", g."scopes", g."projectAccess",
  g."revokedAt", o."slug", o."name", o."deletedAt", a."scopes" as "ceiling", a."disabledAt", m."role"`;

const STATEMENTS = {
  read: `select ${GRANT_COLUMNS}, t."scopes" as "tokenScopes", t."projectIds", t."expiresAt", t."revokedAt" as "tokenRevokedAt",
      f."endedAt", fg."scopes" as "cap", row_to_json(p) as "project",
      (select json_agg(l order by l."code") from "languages" l where l."projectId" = p."id") as "languages",
      (select json_agg(n order by n."name") from "namespaces" n where n."projectId" = p."id") as "namespaces"
    from ${GRANT} join "installationTokens" t on t."grantId" = g."id" join "families" f on f."id" = t."familyId"
      join "familyGrants" fg on fg."familyId" = f."id" and fg."grantId" = g."id", "projects" p
    where t."hash" = $1 and p."id" = $2`,
  family: `select ${GRANT_COLUMNS}, fg."scopes" as "cap", f."endedAt" from ${GRANT}
    join "familyGrants" fg on fg."grantId" = g."id" join "families" f on f."id" = fg."familyId" where f."id" = $1`,
  insertToken: `insert into "installationTokens" ("hash", "grantId", "familyId", "scopes", "issuedAt", "expiresAt")
    values ($1, $2, $3, '[]', $4, $5)`,
  insertAudit: `insert into "auditEntries" ("id", "at", "organizationId", "action", "outcome", "actorType", "details")
    values ($1, $2, $3, $4, 'done', 'app', '{}')`,
  refreshToken: `select r.*, f."appId", f."endedAt" from "refreshTokens" r join "families" f on f."id" = r."familyId"
    where r."hash" = $1`,
  useRefreshToken: `update "refreshTokens" set "usedAt" = $2, "successorHash" = $3 where "hash" = $1 and "usedAt" is null`,
  insertRefreshToken: `insert into "refreshTokens" ("hash", "familyId", "salt", "keyId", "issuedAt", "expiresAt")
    values ($1, $2, 'salt', 'key', $3, $4)`,
};

type Client = (typeof clients)[number];
type Rows = Record<string, string>[];

async function run(client: Client, name: keyof typeof STATEMENTS, values: unknown[]): Promise<Rows> {
  return (await client.query({ name, text: STATEMENTS[name], values })).rows as Rows;
}

/** A connection that nobody else is in a transaction on. */
const idle = [...clients];
const waiting: ((client: Client) => void)[] = [];
async function inTransaction<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  const client = idle.pop() ?? (await new Promise<Client>((resolve) => waiting.push(resolve)));
  void client.query("begin");
  const result = await work(client);
  await client.query("commit");
  const next = waiting.shift();
  if (next) next(client);
  else idle.push(client);
  return result;
}

const KINDS: Record<string, (request: IncomingMessage, body: string) => Promise<unknown>> = {
  async read({ url = "", headers }) {
    const client = clients[turn++ % clients.length] as Client;
    const rows = await run(client, "read", [hashOf(bearer(headers)), url.slice(url.lastIndexOf("/") + 1)]);
    if (rows.length !== 1) throw new Error("the token is unknown");
    return answer;
  },

  async mint({ url = "", headers }) {
    const familyId = familyOf(bearer(headers));
    const grantId = url.split("/").at(-2);
    const now = Date.now();
    return inTransaction(async (client) => {
      const [grant] = await run(client, "family", [familyId]);
      void run(client, "insertToken", [hashOf(secret()), grantId, familyId, now, now + 3_600_000]);
      void run(client, "insertAudit", [secret(), now, grant?.organizationId, "installations.mint"]);
      return answer;
    });
  },

  async refresh(_request, body) {
    const token = new URLSearchParams(body).get("refresh_token") ?? "";
    // As long as the one before, so that the sender's body keeps its length.
    const successor = secret().padEnd(token.length, "x").slice(0, token.length);
    const now = Date.now();
    return inTransaction(async (client) => {
      const [row] = await run(client, "refreshToken", [hashOf(token)]);
      const [grant] = await run(client, "family", [row?.familyId]);
      void run(client, "useRefreshToken", [hashOf(token), now, hashOf(successor)]);
      void run(client, "insertRefreshToken", [hashOf(successor), row?.familyId, now, now + 3_600_000]);
      void run(client, "insertAudit", [secret(), now, grant?.organizationId, "token.refreshed"]);
      return { ...(answer as object), refresh_token: successor };
    });
  },
};

createServer(async (request, response) => {
  // Whether it is there.
  if (request.url === "/") return void response.end();
  const chunks: Buffer[] = [];
  if (request.method !== "GET") for await (const chunk of request) chunks.push(chunk);
  const text = JSON.stringify(await KINDS[KIND]?.(request, Buffer.concat(chunks).toString()));
  const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) };
  response.writeHead(Number(STATUS), headers).end(text);
}).listen(Number(PORT), "127.0.0.1");

function bearer({ authorization = "" }: IncomingMessage["headers"]): string {
  return authorization.slice("Bearer ".length);
}

function hashOf(text: string): string {
  return hash("sha256", text, "base64url");
}

function familyOf(token: string): string {
  return JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).family;
}

function secret(): string {
  return randomBytes(24).toString("base64url");
}
