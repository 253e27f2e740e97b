import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../../server/test/support/databases.ts";
import { allow } from "../../server/test/support/device.ts";
import { type Partner, startPartner } from "./real-server.ts";

describe.each(ENGINES)("a device, and a server on $engine", ({ open }) => {
  let partner: Partner;
  beforeAll(async () => {
    partner = await startPartner(open, { type: "native", deviceFlow: true });
    // The server's clock stands still, and nobody here waits five seconds.
    partner.fault.current = (request, send) =>
      request.endsWith("/device_authorization")
        ? send().then(async (answer) =>
            Response.json({ ...((await answer.json()) as object), interval: 0.02 }),
          )
        : undefined;
  });
  afterAll(() => partner.close());

  test("is connected when its user has typed the code and allowed it, and calls", async () => {
    const process = partner.newProcess();
    const device = await process.authorizeDevice({ userId: "ada" });
    expect(device.userCode).toMatch(/^[B-Z]{4}-[B-Z]{4}$/);
    const waiting = device.connected();
    await allow(partner.scene.people.owner.browser, device.userCode);
    const [connection] = await waiting;
    expect(connection).toMatchObject({ userId: "ada", organizationId: partner.scene.organization.id });
    const me = await partner
      .newProcess()
      .client(connection?.id ?? "")
      .me();
    expect(me.user.name).toBe("Olga Owner");
  });
});
