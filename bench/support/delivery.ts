import { randomBytes } from "node:crypto";
import { get, type IncomingMessage } from "node:http";
import { testContext } from "../../server/test/support/context.ts";
import { addProject } from "../../server/test/support/projects.ts";
import { findNginx, startNginx } from "./nginx.ts";
import { type Program, startPeer } from "./program.ts";
import type { Measured, Options } from "./row.ts";
import { type Keep, scoped } from "./scoped.ts";
import { freshDatabase, startServer, temporaryFolder } from "./server.ts";
import { compareThroughput, type Peer, steadyLoad } from "./throughput.ts";

const CONNECTIONS = 32;
/** So many texts of random letters are about 30 kB in brotli. */
const KEYS = 700;
const LETTERS = 72;
const FILE = "translations.json";

/** One published file from our CDN, from Node's own server and from nginx, with and without its body. */
export async function compareDelivery(options: Options, what: "body" | "not modified"): Promise<Measured[]> {
  return scoped(async (keep) => {
    const { server, path } = await startPublished(keep);
    const body = await ask(server, path);
    const unchanged = await ask(server, path, body.headers.etag);
    const raw = keep(
      await startPeer("bare", {
        KIND: "file",
        FILE: body.bytes.toString("base64"),
        HEADERS: JSON.stringify(body.headers),
        UNCHANGED: JSON.stringify(unchanged.headers),
      }),
    );
    const load = async (program: Program, at: string) => {
      const etag = what === "body" ? undefined : (await ask(program, at)).headers.etag;
      const script = { method: "GET", path: at, headers: headersFor(etag) };
      const scripts = Array.from({ length: CONNECTIONS }, () => script);
      return steadyLoad(program, { scripts, status: what === "body" ? 200 : 304 });
    };
    const peers: Peer[] = [{ name: "raw", run: await load(raw, path), atLeast: 0.95 }];
    const command = findNginx();
    if (command) {
      const file = { name: FILE, bytes: body.bytes, encoding: "br" };
      const nginx = keep(await startNginx(command, keep(temporaryFolder()).path, file));
      peers.push({ name: "nginx", run: await load(nginx, `/${FILE}`), atLeast: 0.55 });
    }
    const measured = await compareThroughput(options, { name: what, run: await load(server, path) }, peers);
    const notes = [
      `${body.bytes.length} bytes of brotli`,
      ...(command ? [] : ["nginx: not on this machine"]),
    ];
    return measured.map((one) => ({ ...one, notes: [...(one.notes ?? []), ...notes] }));
  });
}

/** Our server with one release, and the path of its only file. */
async function startPublished(keep: Keep): Promise<{ server: Program; path: string }> {
  const database = keep(await freshDatabase("sqlite"));
  const world = await addProject(testContext(database.db));
  const keys = Array.from({ length: KEYS }, (_, at) => ({
    name: `key${at}`,
    values: { en: randomBytes(LETTERS / 2).toString("hex") },
  }));
  await world.call("keys.create", { keys });
  await world.call("releases.create");
  const server = keep(await startServer({ databaseUrl: database.url }));
  return { server, path: `/cdn/${world.reach.organization.slug}/${world.project.slug}/en/${FILE}` };
}

interface Asked {
  bytes: Buffer;
  headers: Record<string, string>;
}

/** What a server answers, without the headers that Node adds by itself. */
async function ask({ port }: Program, path: string, etag?: string): Promise<Asked> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    get({ port, host: "127.0.0.1", path, headers: headersFor(etag) }, resolve).on("error", reject);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const { date: _, connection: __, "keep-alive": ___, ...headers } = answer.headers;
  return { bytes: Buffer.concat(chunks), headers: headers as Record<string, string> };
}

function headersFor(etag: string | undefined): Record<string, string> {
  return { "accept-encoding": "gzip, deflate, br", ...(etag !== undefined && { "if-none-match": etag }) };
}
