import { type AddressInfo, connect, createServer } from "node:net";

/** What went over the wire to Postgres. */
export interface Tally {
  /** The database's address by this way. */
  url: string;
  /** Counts from now on. */
  reset(): void;
  /** Statements that were executed, and how often the server waited for an answer before it went on. */
  count(): { statements: number; roundTrips: number };
  close(): Promise<void>;
}

/** Message types of the frontend that execute a statement: of the extended and of the simple protocol. */
const EXECUTE = "E".charCodeAt(0);
const QUERY = "Q".charCodeAt(0);

/** Lies between a server and Postgres, and counts. `url` is `postgres://…`. */
export async function layTally(url: string): Promise<Tally> {
  const { hostname, port } = new URL(url);
  const count = { statements: 0, roundTrips: 0 };
  // On whichever connection: what is sent beside each other is one wait.
  let hasAnswered = true;
  const server = createServer((near) => {
    const far = connect({ host: hostname, port: Number(port || 5432) });
    const messages = new Messages((type) => {
      if (type === EXECUTE || type === QUERY) count.statements++;
    });
    near.on("data", (piece: Buffer) => {
      messages.read(piece);
      if (hasAnswered) count.roundTrips++;
      hasAnswered = false;
    });
    far.on("data", () => {
      hasAnswered = true;
    });
    near.pipe(far).pipe(near);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => {}).once("close", () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: through.href,
    reset: () => void Object.assign(count, { statements: 0, roundTrips: 0 }),
    count: () => ({ ...count }),
    close: async () => void server.close(),
  };
}

/** Takes the frontend's bytes apart: a type, a length that counts itself, and so many bytes. The first message has no type. */
class Messages {
  readonly #onMessage: (type: number) => void;
  #rest: Buffer = Buffer.alloc(0);
  #isFirst = true;

  constructor(onMessage: (type: number) => void) {
    this.#onMessage = onMessage;
  }

  read(piece: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, piece]);
    for (;;) {
      const head = this.#isFirst ? 0 : 1;
      if (this.#rest.length < head + 4) return;
      const end = head + this.#rest.readInt32BE(head);
      if (this.#rest.length < end) return;
      if (!this.#isFirst) this.#onMessage(this.#rest[0] as number);
      this.#isFirst = false;
      this.#rest = this.#rest.subarray(end);
    }
  }
}
