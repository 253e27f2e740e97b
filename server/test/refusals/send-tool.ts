import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName } from "@parlance/contract/tools";
import type { ToolTarget } from "./tool-targets.ts";

/** What a door answered: the tool's answer, or the code of the refusal. */
export interface ToolAnswer {
  status: number;
  answer?: unknown;
  error?: string;
  required?: string;
}

/** The doors through which a tool is called; each takes what the tool takes, and says what it answered in one form. */
export const DOORS = { trpc: sendOverTrpc, mcp: sendOverMcp } as const;
export type DoorName = keyof typeof DOORS;

/** Whether a tool is offered at a door. */
export function isAt(door: DoorName, name: ToolName): boolean {
  const { procedure }: Tool = TOOLS[name];
  return door === "trpc" ? procedure !== undefined : !procedure?.only;
}

async function sendOverTrpc(
  base: string,
  name: ToolName,
  { project, input = {} }: ToolTarget,
  token: string | null,
): Promise<ToolAnswer> {
  const { procedure, effect }: Tool = TOOLS[name];
  const [first, second] = project?.split("/") ?? [];
  const names = second === undefined ? { projectSlug: first } : { orgSlug: first, projectSlug: second };
  const sent = JSON.stringify({ ...names, ...input });
  const url = `${base}/api/trpc/${procedure?.name}`;
  const headers = { "content-type": "application/json", ...(token !== null && { "x-api-key": token }) };
  const response =
    effect === "read"
      ? await fetch(`${url}?input=${encodeURIComponent(sent)}`, { headers })
      : await fetch(url, { method: "POST", headers, body: sent });
  const { status } = response;
  const { result, error } = (await response.json()) as {
    result?: { data: unknown };
    error?: { data: { error: string; required?: string } };
  };
  return error ? { status, ...refusalIn(error.data) } : { status, answer: result?.data };
}

async function sendOverMcp(
  base: string,
  name: ToolName,
  { project, input = {} }: ToolTarget,
  token: string | null,
): Promise<ToolAnswer> {
  const params = { name, arguments: { ...(project !== undefined && { project }), ...input } };
  const response = await fetch(`${base}/mcp`, {
    method: "POST",
    headers: {
      ...{ accept: "application/json, text/event-stream", "content-type": "application/json" },
      ...(token !== null && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  const { status } = response;
  const body = (await response.json()) as {
    error?: string;
    required?: string;
    result?: { isError?: boolean; content: [{ text: string }]; _meta?: { error: string; required?: string } };
  };
  if (body.error) return { status, ...refusalIn({ ...body, error: body.error }) };
  if (body.result?.isError) return { status, ...refusalIn(body.result._meta ?? { error: "?" }) };
  return { status, answer: JSON.parse(body.result?.content[0].text ?? "null") };
}

function refusalIn({ error, required }: { error: string; required?: string }) {
  return { error, ...(required !== undefined && { required }) };
}
