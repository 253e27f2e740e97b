import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inCall, testContext } from "../../test/support/context.ts";
import { ENGINES, type TestDatabase } from "../../test/support/databases.ts";
import { personOf } from "../../test/support/people.ts";
import { ANYONE } from "../access/anyone.ts";
import type { Caller } from "../context.ts";
import { openAccounts } from "./accounts.ts";
import { sessionHandlers } from "./operations.ts";

describe.each(ENGINES)("sessions on $engine", ({ open }) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await open();
  });
  afterAll(() => database.close());

  it("are listed with the current one first and ended one by one, own ones only", async () => {
    const ctx = testContext(database.db);
    const accounts = openAccounts(ctx);
    const password = "correct horse battery";
    const signedIn = async (email: string) => {
      const response = await accounts.routes.request("/api/auth/sign-in/email", {
        method: "POST",
        headers: {
          origin: ctx.config.PUBLIC_URL,
          "content-type": "application/json",
          "user-agent": "Test/1",
        },
        body: JSON.stringify({ email, password }),
      });
      const cookie = response.headers.getSetCookie()[0]?.split(";")[0] ?? "";
      const found = await accounts.session(new Headers({ cookie }));
      if (!found) throw new Error(`${email} is not signed in`);
      return personOf(found);
    };
    for (const email of ["ada@example.com", "bea@example.com"]) {
      await accounts.createUser({ name: email, email, password, verified: true });
    }
    const here = await signedIn("ada@example.com");
    const elsewhere = await signedIn("ada@example.com");
    const stranger = await signedIn("bea@example.com");
    const list = (caller: Caller) =>
      inCall(ctx, { caller, effect: "read", placed: {} }, (call) =>
        sessionHandlers["sessions.list"](call, {}),
      );
    const end = (caller: Caller, sessionId: string) =>
      inCall(ctx, { caller, placed: {} }, (call) => sessionHandlers["sessions.end"](call, { sessionId }));

    const { items } = await list(here);
    expect(items.map(({ id, current }) => ({ id, current }))).toEqual([
      { id: here.sessionId, current: true },
      { id: elsewhere.sessionId, current: false },
    ]);
    expect(items[0]?.userAgent).toBe("Test/1");

    await expect(end(stranger, elsewhere.sessionId)).rejects.toMatchObject({ code: "not_found" });
    await end(here, elsewhere.sessionId);
    await expect(end(here, elsewhere.sessionId)).rejects.toMatchObject({ code: "not_found" });
    expect((await list(here)).items).toHaveLength(1);
    await expect(list(ANYONE)).rejects.toMatchObject({ code: "sign_in_required" });
  });
});
