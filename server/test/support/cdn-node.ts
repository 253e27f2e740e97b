import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { openCdn } from "../../src/cdn/open-cdn.ts";
import { type Database, openDatabase } from "../../src/database/open.ts";
import { testContext } from "./context.ts";
import type { TestDatabase } from "./databases.ts";

export interface CdnNode {
  /** The CDN's base, without a slash at its end. */
  url: string;
  close(): Promise<void>;
}

/**
 * Starts another node that serves published files: it shares nothing with a server but the database, and learns of a
 * publish only from there. The in-process Postgres has one connection, which they share.
 */
export async function startCdnNode({ url, db }: Pick<TestDatabase, "url" | "db">): Promise<CdnNode> {
  const own: Database = url === undefined ? { ...db, close: async () => {} } : await openDatabase(url);
  const cdn = openCdn(testContext(own));
  const server = createServer((incoming, response) => {
    if (!cdn.handle(incoming, response)) response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cdn`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await own.close();
    },
  };
}
