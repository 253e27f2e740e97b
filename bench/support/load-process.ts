import { connect } from "node:net";
import type { Load, LoadResult, Script } from "./load.ts";
import { percentile } from "./row.ts";

/**
 * The sending process. It speaks just enough HTTP/1.1 to be lighter than any server it measures: one request at a time
 * per connection, answers with Content-Length or chunked.
 */
process.once("message", async (work: Load) => {
  try {
    process.send?.(await send(work));
  } catch (error) {
    process.send?.({ error: error instanceof Error ? error.message : String(error) });
  }
});

interface Tally {
  count: number;
  bytes: number;
  latencies: number[];
  until: number;
  most: number;
}

async function send(work: Load): Promise<LoadResult> {
  const begun = performance.now();
  const until = begun + work.seconds * 1000;
  const tally = { count: 0, bytes: 0, latencies: [], until, most: work.most ?? Number.POSITIVE_INFINITY };
  const cpu = process.cpuUsage();
  const next = await Promise.all(
    work.scripts.map((script) => new Connection(work.port, script, work.status, tally).run()),
  );
  const used = process.cpuUsage(cpu);
  const end = performance.now();
  return {
    perSecond: (tally.count * 1000) / (end - begun),
    count: tally.count,
    p50Ms: percentile(tally.latencies, 0.5),
    p95Ms: percentile(tally.latencies, 0.95),
    p99Ms: percentile(tally.latencies, 0.99),
    bytesPerAnswer: tally.bytes / tally.count,
    senderShare: (used.user + used.system) / 1000 / (end - begun),
    next,
  };
}

class Connection {
  readonly #port: number;
  readonly #script: Script;
  readonly #status: number;
  readonly #tally: Tally;
  #next: string | undefined;
  #request: Buffer;

  constructor(port: number, script: Script, status: number, tally: Tally) {
    this.#port = port;
    this.#script = script;
    this.#status = status;
    this.#tally = tally;
    this.#next = script.next?.value;
    this.#request = toRequest(script, this.#next);
  }

  /** Sends until the time is over; answers the value for the request after the last. */
  run(): Promise<string | undefined> {
    const socket = connect({ port: this.#port, host: "127.0.0.1", noDelay: true });
    let sentAt = 0;
    let answer: Answer | undefined;
    return new Promise((resolve, reject) => {
      const ask = () => {
        sentAt = performance.now();
        socket.write(this.#request);
      };
      socket.on("connect", ask);
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("the server closed a connection")));
      socket.on("data", (chunk: Buffer) => {
        answer ??= new Answer(this.#script.next !== undefined || this.#script.method === "HEAD");
        if (!answer.take(chunk)) return;
        const finished = answer;
        answer = undefined;
        if (finished.status !== this.#status) {
          reject(new Error(`${this.#script.path} answered ${finished.text()}`));
          return void socket.destroy();
        }
        const now = performance.now();
        this.#follow(finished);
        if (this.#count(now, now - sentAt, finished.size)) return ask();
        resolve(this.#next);
        socket.destroy();
      });
    });
  }

  #follow(answer: Answer): void {
    const { next } = this.#script;
    if (!next) return;
    this.#next = String(JSON.parse(answer.body())[next.field]);
    this.#request = toRequest(this.#script, this.#next);
  }

  /** Whether to go on. */
  #count(now: number, latency: number, size: number): boolean {
    const tally = this.#tally;
    tally.count++;
    tally.bytes += size;
    tally.latencies.push(latency);
    return now < tally.until && tally.count < tally.most;
  }
}

/** One answer as it arrives. Bodies are kept only where somebody reads them. */
class Answer {
  status = 0;
  size = 0;
  readonly #keep: boolean;
  readonly #chunks: Buffer[] = [];
  #headSize = -1;
  #bodySize: number | "chunked" = 0;
  #tail = "";

  constructor(keep: boolean) {
    this.#keep = keep;
  }

  /** Whether the answer is complete. */
  take(chunk: Buffer): boolean {
    this.size += chunk.length;
    if (this.#keep || this.#headSize < 0 || this.status >= 400) this.#chunks.push(chunk);
    if (this.#headSize < 0 && !this.#readHead()) return false;
    if (this.#bodySize !== "chunked") return this.size >= this.#headSize + this.#bodySize;
    this.#tail = (this.#tail + chunk.toString("latin1", Math.max(0, chunk.length - 7))).slice(-7);
    return this.#tail.endsWith("\r\n0\r\n\r\n");
  }

  #readHead(): boolean {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    const end = all.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const head = all.toString("latin1", 0, end);
    this.status = Number(head.slice(9, 12));
    this.#headSize = end + 4;
    const bare = this.status === 304 || this.status === 204;
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.#bodySize = bare ? 0 : length === undefined ? "chunked" : Number(length);
    return true;
  }

  /** Only of answers with Content-Length. */
  body(): string {
    return Buffer.concat(this.#chunks).toString("utf8", this.#headSize);
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8").slice(0, 1000);
  }
}

function toRequest({ method, path, headers = {}, body = "" }: Script, next: string | undefined): Buffer {
  const filled = next === undefined ? body : body.replace("{next}", next);
  const lines = Object.entries({ host: "127.0.0.1", ...headers }).map(([name, value]) => `${name}: ${value}`);
  if (method !== "GET") lines.push(`content-length: ${Buffer.byteLength(filled)}`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${filled}`);
}
