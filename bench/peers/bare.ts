// What Node itself can do: the least that a server of each kind has to do, and nothing else.
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { generateKeyPair, SignJWT } from "jose";

const JSON_TYPE = { "Content-Type": "application/json" };

const { privateKey } = await generateKeyPair("EdDSA");

/** By the word in KIND. */
const LISTENERS: Record<string, RequestListener> = {
  empty: (_request, response) => response.end(),

  /** Reads the body and answers a fresh JWT with as many claims as an access token has. */
  async sign(request, response) {
    const body = await read(request);
    const now = Math.floor(Date.now() / 1000);
    const token = await new SignJWT({ client_id: "app_1", scope: "keys:read keys:write", family: "fam_1" })
      .setProtectedHeader({ alg: "EdDSA", kid: "key", typ: "at+jwt" })
      .setIssuer("https://parlance.example")
      .setSubject("usr_1")
      .setAudience("https://parlance.example/api/oauth-client")
      .setIssuedAt(now)
      .setExpirationTime(now + 3600)
      .setJti(`jti_${now}`)
      .sign(privateKey);
    const answer = JSON.stringify({
      access_token: token,
      token_type: "Bearer",
      expires_in: 3600,
      body: body.length,
    });
    response.writeHead(200, { ...JSON_TYPE, "Content-Length": Buffer.byteLength(answer) }).end(answer);
  },

  /** Reads the body, if there is one, and answers the JSON in ANSWER with the status in STATUS. */
  async json(request, response) {
    if (request.method !== "GET") await read(request);
    const answer = JSON.stringify(ANSWER);
    response
      .writeHead(Number(process.env.STATUS ?? 200), {
        ...JSON_TYPE,
        "Content-Length": Buffer.byteLength(answer),
      })
      .end(answer);
  },

  /** One file from memory, with the headers in HEADERS; 304 to whoever has it. */
  file(request, response) {
    if (request.headers["if-none-match"] === HEADERS.etag) {
      response.writeHead(304, FLAT.unchanged).end();
    } else response.writeHead(200, FLAT.headers).end(FILE);
  },
};

const ANSWER: unknown = JSON.parse(process.env.ANSWER ?? "{}");
const FILE = Buffer.from(process.env.FILE ?? "", "base64");
const HEADERS: Record<string, string> = JSON.parse(process.env.HEADERS ?? "{}");
const UNCHANGED: Record<string, string> = JSON.parse(process.env.UNCHANGED ?? "{}");
// As a flat list, which Node sends with the least work.
const FLAT = { headers: Object.entries(HEADERS).flat(), unchanged: Object.entries(UNCHANGED).flat() };

createServer(LISTENERS[process.env.KIND ?? "empty"]).listen(Number(process.env.PORT), "127.0.0.1");

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
