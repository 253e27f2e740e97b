import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { hostileText, hostileValue, nearlyValid } from "./hostile.ts";
import type { Scene } from "./scene.ts";
import { type Credential, send } from "./send.ts";
import { expectNoSurprise, expectSound, RUNS, startUnlimited } from "./sound.ts";
import { type Target, targetOf } from "./targets.ts";

/** For every operation: whatever a caller with the right credential sends, the answer is never a 5xx. */
describe.each(ENGINES)("$engine", ({ open }) => {
  let scene: Scene;
  let token: string;
  let accessToken: string;

  beforeAll(async () => {
    scene = await startUnlimited(open);
    const issued = await scene.letIn(scene.people.owner, scene.app, { organizations: [scene.organization] });
    accessToken = issued.access_token;
    token = await scene.mint(issued);
  });
  afterAll(() => scene.server.close());

  test.each(Object.keys(OPERATIONS) as OperationName[])("%s", async (name) => {
    const operation: Operation = OPERATIONS[name];
    const target: Target = await targetOf(name, scene);
    const sent = fc.tuple(
      paramsNear(target),
      inputNear(operation, target),
      headersNear,
      bodyNear(operation, target),
    );
    const since = scene.server.log().length;
    await fc.assert(
      fc.asyncProperty(sent, async ([params, input, headers, body]) => {
        await expectSound(
          send(
            scene.base,
            name,
            { ...target, params, input, ...body },
            credentialFor(operation, target),
            headers,
          ),
        );
      }),
      { ...RUNS.operation, examples: [[[target.params ?? {}, target.input ?? {}, {}, {}]]] },
    );
    expectNoSurprise(scene, since);
  });

  function credentialFor({ access }: Operation, target: Target): Credential {
    switch (access.by) {
      case "scope":
        return target.as ? { browser: target.as.browser } : { token };
      case "access_token":
      case "any_token":
        return { token: target.accessToken ?? accessToken };
      case "role":
        return { browser: (target.as ?? scene.people.owner).browser };
      case "anyone":
        return null;
    }
  }
});

/** The valid path, with something else in a place of it now and then. */
function paramsNear({ params = {} }: Target): fc.Arbitrary<Record<string, string>> {
  const names = Object.keys(params);
  if (names.length === 0) return fc.constant({});
  // `.` and `..` would name another operation, and half a character cannot stand in an address.
  const text = hostileText.map((value) => (/^\.*$/.test(value) ? "-" : value.toWellFormed()));
  const strange = fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 1 });
  return fc
    .oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: strange })
    .map((change) => ({ ...params, ...change }));
}

function inputNear({ input }: Operation, { params = {} }: Target): fc.Arbitrary<Record<string, unknown>> {
  const ownFields = (fields: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => !Object.hasOwn(params, field)));
  return fc.oneof(
    { weight: 9, arbitrary: nearlyValid(input).map(ownFields) },
    { weight: 1, arbitrary: hostileValue as fc.Arbitrary<Record<string, unknown>> },
  );
}

/** What is sent instead of the JSON that the input would be; what is in a file is the subject of `fuzz-files.test.ts`. */
function bodyNear({ rest: { bytes } }: Operation, { body = "" }: Target): fc.Arbitrary<{ body?: string }> {
  if (!bytes) return fc.constant({});
  return fc.oneof(fc.constant(body), hostileText).map((text) => ({ body: text.toWellFormed() }));
}

const headersNear = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.record({
      "idempotency-key": fc.oneof(fc.stringMatching(/^[\x21-\x7e]{1,200}$/), fc.constant("k".repeat(5000))),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ "content-type": "text/plain" }) },
);
