import { bytesAnswer, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { afterAll, describe, expect, test } from "vitest";
import { startScene } from "./scene.ts";
import { send } from "./send.ts";
import { targetOf } from "./targets.ts";

/** A secret key and an installation token that hold the same are answered the same. */
const scene = await startScene();
const { base, people, organization, project, outside } = scene;
const issued = await scene.letIn(people.owner, scene.app, { organizations: [organization] });
const reading = ["org:read", "projects:read", "keys:read", "translations:read", "content:read"] as const;

const HELD = [
  {
    what: "everything",
    token: await scene.mint(issued),
    key: (await scene.addApiKey(people.owner, organization)).key,
  },
  {
    what: "reading, in one project",
    token: await scene.mint(issued, { scopes: reading, project_ids: [project.id] }),
    key: (await scene.addApiKey(people.owner, organization, { scopes: reading, projects: [project.id] })).key,
  },
  {
    what: "everything, in another project",
    token: await scene.mint(issued, { project_ids: [outside.id] }),
    key: (await scene.addApiKey(people.owner, organization, { projects: [outside.id] })).key,
  },
];
afterAll(() => scene.server.close());

const names = (Object.keys(OPERATIONS) as OperationName[]).filter(
  (name) => OPERATIONS[name].access.by === "scope",
);

describe.each(HELD)("$what", ({ token, key }) => {
  test.each(names)("%s", async (name) => {
    const operation: Operation = OPERATIONS[name];
    const answers = [];
    const shared = await targetOf(name, scene);
    // Only who began an upload may go on with it.
    if (shared.as) return;
    for (const credential of [token, key]) {
      const target = operation.effect === "read" ? shared : await targetOf(name, scene);
      const response = await send(base, name, target, { token: credential });
      const text = await response.text();
      const isComparable = operation.effect === "read" || !response.ok;
      const body =
        isComparable && operation.output !== bytesAnswer
          ? { ...JSON.parse(text), mint_again: undefined }
          : {};
      answers.push([response.status, body]);
    }
    expect(answers[1]).toEqual(answers[0]);
  });
});
