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
  const turns = work.scripts.map((script) => new Turn(script));
  const connections = work.connections ?? turns.length;
  const statuses = [work.status].flat();
  await Promise.all(
    Array.from({ length: connections }, (_, at) => {
      const mine = turns.filter((_turn, index) => index % connections === at);
      return converse(work.port, mine, statuses, tally);
    }),
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
    next: turns.map((turn) => turn.next),
  };
}

/** Sends one script after the other until the time is over. */
function converse(
  port: number,
  turns: readonly Turn[],
  statuses: readonly number[],
  tally: Tally,
): Promise<void> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let at = -1;
  let turn = turns[0] as Turn;
  let sentAt = 0;
  let answer: Answer | undefined;
  return new Promise((resolve, reject) => {
    const ask = () => {
      at = (at + 1) % turns.length;
      turn = turns[at] as Turn;
      sentAt = performance.now();
      socket.write(turn.request);
    };
    socket.on("connect", ask);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (chunk: Buffer) => {
      answer ??= new Answer(turn.keeps);
      if (!answer.take(chunk)) return;
      const finished = answer;
      answer = undefined;
      if (!statuses.includes(finished.status)) reject(new Error(`${turn.path} answered ${finished.text()}`));
      else {
        turn.follow(finished);
        if (count(tally, performance.now(), sentAt, finished.size)) return ask();
        resolve();
      }
      socket.destroy();
    });
  });
}

/** Whether to go on. */
function count(tally: Tally, now: number, sentAt: number, size: number): boolean {
  tally.count++;
  tally.bytes += size;
  tally.latencies.push(now - sentAt);
  return now < tally.until && tally.count < tally.most;
}

/** A script with what it sends next. */
class Turn {
  readonly #script: Script;
  next: string | undefined;
  request: Buffer;

  constructor(script: Script) {
    this.#script = script;
    this.next = script.next?.value;
    this.request = toRequest(script, this.next);
  }

  get path(): string {
    return this.#script.path;
  }

  /** Whether the answer's body is read. */
  get keeps(): boolean {
    return this.#script.next !== undefined;
  }

  follow(answer: Answer): void {
    const { next } = this.#script;
    if (!next) return;
    this.next = String(JSON.parse(answer.body())[next.field]);
    this.request = toRequest(this.#script, this.next);
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
