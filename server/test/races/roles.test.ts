import type { ErrorBody } from "@parlance/contract/errors";
import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Scene, startScene } from "../refusals/scene.ts";
import { changed, everything, send } from "../refusals/send.ts";
import { targetOf } from "../refusals/targets.ts";
import { ENGINES } from "../support/databases.ts";

/** Every write that a role allows, so that a new one cannot be left out. */
const NAMES = (Object.entries(OPERATIONS) as [OperationName, Operation][])
  .filter(([, { access, effect }]) => access.by === "role" && access.role !== null && effect !== "read")
  .map(([name]) => name);

describe.each(ENGINES)("a role that is taken away on $engine", ({ open }) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene({ open });
  });
  afterAll(() => scene.server.close());

  test.each(NAMES)("between looking at it and writing: %s does nothing", async (name) => {
    const { base, server, people, organization } = scene;
    const target = await targetOf(name, scene);
    const person = target.as ?? people.owner;
    const organizationId = target.params?.organizationId ?? organization.id;
    const setRole = (role: string) =>
      scene.server.ctx.db.write((tx) =>
        tx
          .updateTable("members")
          .set({ role })
          .where("organizationId", "=", organizationId)
          .where("userId", "=", person.userId)
          .execute(),
      );
    const isOfSecret = name.startsWith("secrets.");
    const writes = holdWrites();
    const answer = send(base, name, target, { browser: person.browser });
    await Promise.race([writes.waiting, answer]);
    await writes.pass(() => setRole(name === "members.remove" ? "none" : "member"));
    const before = await everything(server);
    writes.goOn();
    const response = await answer;
    const after = await everything(server);
    await setRole("owner");
    expect([response.status, ((await response.json()) as ErrorBody).error]).toEqual([403, "forbidden"]);
    // When a secret was last used is noted in the background, whenever that comes to an end.
    expect(changed(before, after).filter((table) => table !== "appSecrets" || isOfSecret)).toEqual([]);
  });

  /** Lets the next transactions wait, so that a call is caught between what it read and what it writes. */
  function holdWrites() {
    const { db } = scene.server.ctx;
    const write = db.write;
    const arrived = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const hold: typeof write = async (work) => {
      arrived.resolve();
      await gate.promise;
      return write.call(db, work) as ReturnType<typeof work>;
    };
    db.write = hold;
    return {
      waiting: arrived.promise,
      async pass(work: () => Promise<unknown>) {
        db.write = write;
        await work();
      },
      goOn: () => gate.resolve(),
    };
  }
});
