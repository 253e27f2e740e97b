import type { ErrorBody } from "@parlance/contract/errors";
import { bytesAnswer, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeRole, issueAll } from "./credentials.ts";
import { refusalsOf } from "./refused.ts";
import { startScene } from "./scene.ts";
import { type Credential, changed, everything, send } from "./send.ts";
import { type Target, targetOf } from "./targets.ts";

/**
 * For every operation of the contract: who is refused, how, that nothing changes by it, and that the same call works
 * with the right credential, without which the refusals would prove nothing.
 */
const scene = await startScene();
const issued = await issueAll(scene);
const { base, server } = scene;
afterAll(() => server.close());

describe.each(Object.keys(OPERATIONS) as OperationName[])("%s", (name) => {
  const operation: Operation = OPERATIONS[name];
  let target: Target;
  let before: Record<string, string>;
  beforeAll(async () => {
    target = await targetOf(name, scene);
    before = await everything(server);
  });

  for (const { who, credential, status, error, change, required } of refusalsOf(operation, scene, issued)) {
    test(`${who}: ${status} ${error}`, async () => {
      const response = await send(base, name, change?.(target) ?? target, credential);
      const body = (await response.json()) as ErrorBody;
      expect([response.status, body.error]).toEqual([status, error]);
      expect(body.required).toBe(required);
      expect(response.headers.get("cache-control")).toBe("no-store");
      if (operation.rest.mount === "api" && status === 401) {
        const challenge = response.headers.get("www-authenticate") ?? "";
        expect(challenge).toContain(
          `resource_metadata="${base}/.well-known/oauth-protected-resource/api/oauth-client"`,
        );
        // RFC 6750 §3.1: who showed no token did nothing wrong.
        const sent = credential !== null && "token" in credential;
        expect(challenge.includes('error="invalid_token"')).toBe(sent);
      }
    });
  }

  if (operation.access.by === "scope") {
    const { scope } = operation.access;
    test(`a token without ${scope}: 403 missing_scope, before place and input are looked at`, async () => {
      const token = issued.lacking[scope];
      const nowhere = { params: { organizationId: "org_none", projectId: "none" }, input: { unknown: 1 } };
      for (const call of [target, nowhere]) {
        const response = await send(base, name, call, { token });
        expect(response.status).toBe(403);
        // The grant holds the scope, so a new token would have it.
        expect(await response.json()).toMatchObject({
          error: "missing_scope",
          required: scope,
          mint_again: true,
        });
        const challenge = response.headers.get("www-authenticate") ?? "";
        expect(challenge).toContain('error="insufficient_scope"');
        // RFC 6750 §3.1: what it holds plus what it needs, so that asking for these loses nothing.
        expect(challenge).toContain(`scope="${ALL_SCOPES.join(" ")}"`);
      }
    });
  }

  test("no refusal changed anything", async () => {
    expect(changed(before, await everything(server))).toEqual([]);
  });

  test("the right credential is answered", async () => {
    for (const [index, credential] of rightCredentials(operation, target).entries()) {
      const call = index === 0 ? target : await targetOf(name, scene);
      const response = await send(base, name, call, credential);
      const text = await response.text();
      expect([response.status, text]).toEqual([statusOf(operation), text]);
      if (response.status !== 204 && operation.output !== bytesAnswer)
        operation.output.parse(JSON.parse(text));
    }
  });
});

describe("a connection of somebody who lost the role", () => {
  const { demoted } = issued;
  const grant = { params: { grantId: demoted.grantId } };
  const project = { params: { projectId: scene.project.id } };

  test("works again when the role returns", async () => {
    await changeRole(scene, demoted.person, "admin");
    const read = await send(base, "projects.get", project, { token: demoted.installation });
    const minted = await send(base, "installations.mint", grant, { token: demoted.access });
    expect([read.status, minted.status]).toEqual([200, 201]);
  });

  test("can be given up without the role", async () => {
    await changeRole(scene, demoted.person, "member");
    const given = await send(base, "installations.revoke", grant, { token: demoted.access });
    const again = await send(base, "installations.revoke", grant, { token: demoted.access });
    expect([given.status, again.status]).toEqual([204, 410]);
  });
});

function rightCredentials({ access }: Operation, target: Target): Credential[] {
  const { full, keys } = issued;
  switch (access.by) {
    case "scope":
      if (target.as) return [{ browser: target.as.browser }];
      return [{ token: full.installation }, { browser: scene.people.owner.browser }, { token: keys.full }];
    case "access_token":
      return [{ token: target.accessToken as string }];
    case "any_token":
      return [{ token: full.access }, { token: full.installation }];
    case "role":
      return [{ browser: (target.as ?? scene.people.owner).browser }];
    case "anyone":
      return [null, { token: "x" }];
  }
}

function statusOf({ rest: { status }, output, effect }: Operation): number {
  if (status) return status;
  if (output.safeParse(undefined).success) return 204;
  return effect === "create" ? 201 : 200;
}
