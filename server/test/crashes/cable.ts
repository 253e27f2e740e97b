import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

/** What lies between a server and its database, and can be cut. */
export interface Cable {
  /** The database's address by this way. */
  url: string;
  /** Breaks every connection, and refuses new ones until it is mended. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** `url` is `postgres://…`. */
export async function layCable(url: string): Promise<Cable> {
  const { hostname, port } = new URL(url);
  const ends = new Set<Socket>();
  let whole = true;
  const keep = (socket: Socket) => {
    ends.add(socket);
    socket.once("close", () => ends.delete(socket));
    // A broken connection is what this is for; either side hears of it by the close.
    socket.on("error", () => {});
  };
  const server = createServer((near) => {
    keep(near);
    if (!whole) return void near.destroy();
    const far = connect({ host: hostname, port: Number(port || 5432) });
    keep(far);
    near.pipe(far).pipe(near);
    near.once("close", () => far.destroy());
    far.once("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () => {
    whole = false;
    for (const end of ends) end.resetAndDestroy();
  };
  return {
    url: through.href,
    cut,
    mend() {
      whole = true;
    },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
