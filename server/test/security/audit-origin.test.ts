import { afterEach, describe, expect, test } from "vitest";
import { recordAudit } from "../../src/audit/record.ts";
import { SYSTEM } from "../../src/database/actor.ts";
import { ENGINES } from "../support/databases.ts";
import { startServer, type TestServer } from "../support/server.ts";

const ADDRESSES = ["192.0.2.7", "2001:db8:1:2::1"];

describe.each(ENGINES)("an entry of the audit on $engine", ({ open }) => {
  let server: TestServer;
  afterEach(() => server.close());

  /** Many at once, so that writes wait for each other and share transactions. */
  async function register(environment: Record<string, string>, count: number) {
    server = await startServer({
      open,
      environment: { TRUSTED_PROXIES: "127.0.0.0/8, ::1", ...environment },
    });
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        fetch(`${server.base}/api/auth/mcp/register`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "x-forwarded-for": ADDRESSES[index % 2] as string,
          },
          body: JSON.stringify({ client_name: `app ${index}`, redirect_uris: ["http://127.0.0.1/callback"] }),
        }),
      ),
    );
    return server.database.db.read
      .selectFrom("auditEntries")
      .innerJoin("apps", "apps.id", "auditEntries.target")
      .select(["auditEntries.requestId", "auditEntries.address", "apps.name"])
      .where("action", "=", "client.registered")
      .execute();
  }

  test("names the request that did it, which the log names too, and no address", async () => {
    const rows = await register({}, 20);
    const logged = server
      .log()
      .split("\n")
      .filter((line) => line.includes("/register"))
      .map((line) => JSON.parse(line).requestId as string);
    expect(rows.map(({ requestId }) => requestId).toSorted()).toEqual(logged.toSorted());
    expect(new Set(logged).size).toBe(20);
    expect(new Set(rows.map(({ address }) => address))).toEqual(new Set([null]));
  });

  test.each([
    ["full", ["192.0.2.7", "2001:db8:1:2::1"]],
    ["network", ["192.0.2.7", "2001:db8:1:2::/64"]],
  ])("keeps the address where AUDIT_ADDRESSES is %s", async (kept, [first, second]) => {
    const rows = await register({ AUDIT_ADDRESSES: kept }, 16);
    for (const { name, address } of rows) {
      expect(address).toBe(Number(name.slice("app ".length)) % 2 === 0 ? first : second);
    }
    expect(rows).toHaveLength(16);
  });

  test("that no request caused names none", async () => {
    server = await startServer({ open });
    const { db } = server.database;
    await db.write((tx) => recordAudit(tx, { at: 1, action: "by itself", actor: SYSTEM }));
    const row = db.read.selectFrom("auditEntries").selectAll().where("action", "=", "by itself");
    expect(await row.executeTakeFirst()).toMatchObject({ requestId: null, address: null });
  });
});
