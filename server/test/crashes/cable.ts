import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What lies between a server and its database, and can be cut. */
export interface Cable {
  /** The database's address by this way. */
  url: string;
  /** Breaks every connection, and refuses new ones until it is mended. */
  cut(): void;
  /** Every connection falls silent for ever, as where a host is gone without a word; new ones work, or are silent too. */
  silence(newOnes: "work" | "silent"): void;
  /** What goes through takes so long, each way. */
  delay(milliseconds: number): void;
  /** New connections work again, at once. */
  mend(): void;
  close(): Promise<void>;
}

/** `url` is `postgres://…`. */
export async function layCable(url: string): Promise<Cable> {
  const { hostname, port } = new URL(url);
  const ends = new Set<Socket>();
  const silent = new WeakSet<Socket>();
  let newOnes: "work" | "silent" | "refused" = "work";
  let delayMs = 0;
  const keep = (socket: Socket) => {
    ends.add(socket);
    socket.once("close", () => ends.delete(socket));
    // A broken connection is what this is for; either side hears of it by the close.
    socket.on("error", () => {});
  };
  /** In order, whatever the delay was when each piece came. */
  const forward = (from: Socket, to: Socket) => {
    let last = Promise.resolve<unknown>(undefined);
    from.on("data", (piece) => {
      const arrival = delayMs === 0 ? undefined : sleep(delayMs);
      last = Promise.all([last, arrival]).then(() => {
        if (!silent.has(from) && !silent.has(to)) to.write(piece);
      });
    });
    from.once("close", () => silent.has(from) || to.destroy());
  };
  const server = createServer((near) => {
    keep(near);
    if (newOnes === "refused") return void near.destroy();
    if (newOnes === "silent") return void silent.add(near);
    const far = connect({ host: hostname, port: Number(port || 5432), noDelay: true });
    keep(far);
    forward(near, far);
    forward(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () => {
    newOnes = "refused";
    for (const end of ends) end.resetAndDestroy();
  };
  return {
    url: through.href,
    cut,
    silence(these) {
      newOnes = these;
      for (const end of ends) silent.add(end);
    },
    delay(milliseconds) {
      delayMs = milliseconds;
    },
    mend() {
      newOnes = "work";
      delayMs = 0;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
