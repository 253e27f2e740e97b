import type { ErrorCode } from "@parlance/contract/errors";
import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { ALL_SCOPES, type Scope } from "@parlance/contract/scopes";
import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName } from "@parlance/contract/tools";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueAll } from "./credentials.ts";
import { refusalsOf } from "./refused.ts";
import { startScene } from "./scene.ts";
import { changed, everything, send } from "./send.ts";
import { DOORS, type DoorName, isAt } from "./send-tool.ts";
import { targetOf } from "./targets.ts";
import { type ToolTarget, toolTargetOf } from "./tool-targets.ts";

/**
 * For every tool at every door: who is refused and how, that nothing changes by it, and that the same call works with the
 * right credential. What each scope alone opens is listed and callable, and nothing else.
 */
const scene = await startScene();
const issued = await issueAll(scene);
const { base, server } = scene;
afterAll(() => server.close());

const tools = Object.keys(TOOLS) as ToolName[];
const doors = Object.keys(DOORS) as DoorName[];

describe.each(doors)("%s", (door) => {
  describe.each(tools.filter((name) => isAt(door, name)))("%s", (name) => {
    const { access, effect, names }: Tool = TOOLS[name];
    const path = names === "project" ? "/:projectId" : "";
    const refused = refusalsOf({ access, effect, rest: { path, method: "GET" } }, scene, issued).flatMap(
      ({ credential, ...row }) =>
        credential !== null && !("token" in credential) ? [] : [{ ...row, token: credential?.token ?? null }],
    );
    if (access.by === "scope") {
      const { scope } = access;
      const lacking = { who: `a token without ${scope}`, token: issued.lacking[scope] };
      refused.push({ ...lacking, status: 403, error: "missing_scope", required: scope });
    }
    let target: ToolTarget;
    let before: Record<string, string>;
    beforeAll(async () => {
      target = await toolTargetOf(name, scene);
      before = await everything(server);
    });

    test(`is refused as by REST, in ${refused.length} ways, and nothing changes by it`, async () => {
      for (const { who, token, error, change, required } of refused) {
        // An access token for MCP is good there, and only there.
        if (door === "mcp" && token === issued.mcpAccess) continue;
        const answer = await DOORS[door](base, name, changedBy(change, target), token);
        expect([answer.error, answer.required], who).toEqual([spokenAt(door, error), required]);
      }
      expect(changed(before, await everything(server))).toEqual([]);
    });

    test("answers the right credential", async () => {
      for (const token of [
        issued.full.installation,
        issued.keys.full,
        ...(door === "mcp" ? [issued.mcpAccess] : []),
      ]) {
        const answer = await DOORS[door](base, name, await toolTargetOf(name, scene), token);
        expect(answer).toEqual({ status: 200, answer: expect.anything() });
      }
    });
  });
});

/** A tool names its project in the call, and REST in the path. */
function changedBy(
  change: ((target: { params?: Record<string, string> }) => { params?: Record<string, string> }) | undefined,
  target: ToolTarget,
): ToolTarget {
  if (!change || target.project === undefined) return target;
  const { params } = change({ params: { projectId: target.project } });
  return { ...target, ...(params?.projectId && { project: params.projectId }) };
}

/** Over HTTP an agent's program knows of a revoked connection by its challenge alone. */
function spokenAt(door: DoorName, error: ErrorCode): string {
  return door === "mcp" && error === "grant_revoked" ? "invalid_token" : error;
}

describe.each(ALL_SCOPES)("%s alone", (scope) => {
  let token: string;
  let agent: string;
  beforeAll(async () => {
    const { owner } = scene.people;
    const app = await scene.addApp(owner, scene.organization);
    const chosen = { scopes: [scope], organizations: [scene.organization] };
    token = await scene.mint(await scene.letIn(owner, app, chosen));
    const resource = server.ctx.config.MCP_URL;
    agent = (await scene.letIn(owner, app, { ...chosen, resource })).access_token;
  });

  test("agents are listed exactly the tools that it opens", async () => {
    for (const presented of [token, agent]) {
      const listed = await listTools(presented);
      expect(listed).toEqual(tools.filter((name) => isAt("mcp", name) && opens(TOOLS[name], scope)));
    }
  });

  test.each(doors)("%s: exactly the tools that it opens can be called", async (door) => {
    for (const name of tools.filter((tool) => isAt(door, tool))) {
      for (const presented of door === "mcp" ? [token, agent] : [token]) {
        const isOpen = opens(TOOLS[name], scope);
        const target = isOpen ? await toolTargetOf(name, scene) : await refusedToolTarget(name);
        const answer = await DOORS[door](base, name, target, presented);
        const expected = isOpen ? undefined : "missing_scope";
        expect([name, answer.error]).toEqual([name, expected]);
      }
    }
  });

  test("REST: exactly the operations that it opens can be called", async () => {
    for (const name of Object.keys(OPERATIONS) as OperationName[]) {
      const operation: Operation = OPERATIONS[name];
      if (operation.access.by !== "scope") continue;
      const target = opens(operation, scope) ? await targetOf(name, scene) : await refusedTarget(name);
      const response = await send(base, name, target, { token });
      const { error, required } = response.ok ? {} : ((await response.json()) as Record<string, string>);
      if (!opens(operation, scope)) {
        expect([name, error, required]).toEqual([name, "missing_scope", operation.access.scope]);
        // Some inputs ask for a second scope, which the operation says in words.
      } else if (error === "missing_scope") expect(required, name).not.toBe(scope);
      await response.body?.cancel().catch(() => {});
    }
  });
});

/** What is refused changes nothing, so that one is enough for every scope. */
const refusedTarget = once((name: OperationName) => targetOf(name, scene));
const refusedToolTarget = once((name: ToolName) => toolTargetOf(name, scene));

function once<Name, Made>(make: (name: Name) => Made): (name: Name) => Made {
  const made = new Map<Name, Made>();
  return (name) => {
    const known = made.has(name) ? (made.get(name) as Made) : make(name);
    made.set(name, known);
    return known;
  };
}

function opens({ access, needsAlso = [] }: Pick<Tool, "access" | "needsAlso">, scope: Scope): boolean {
  return access.by === "scope" && access.scope === scope && needsAlso.length === 0;
}

async function listTools(token: string): Promise<string[]> {
  const response = await fetch(`${base}/mcp`, {
    method: "POST",
    headers: {
      ...{ accept: "application/json, text/event-stream", "content-type": "application/json" },
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  const { result } = (await response.json()) as { result: { tools: { name: string }[] } };
  return result.tools.map(({ name }) => name);
}
