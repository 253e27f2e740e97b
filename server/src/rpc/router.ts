import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName } from "@parlance/contract/tools";
import { type AnyTRPCRouter, initTRPC, type TRPCError } from "@trpc/server";
import type { Answer, Perform } from "../access/perform.ts";
import { Refusal } from "../access/refusal.ts";
import type { Caller, ToolHandlers } from "../context.ts";
import type { ApiError } from "../platform/api-error.ts";
import type { Taken } from "../platform/rate-limit.ts";
import { rpcError, shapeOf } from "./rpc-error.ts";

/** What the calls of one request share. */
export interface RpcRequest {
  /** Who is asking, or why they are refused. */
  readonly caller: Caller | ApiError;
  readonly findAgain: () => Promise<Caller>;
  /** Aborted when the client has gone away. */
  readonly gone: AbortSignal;
  readonly address: string;
  readonly requestId: string;
  /** The refusals of its calls, and their windows, for the headers. */
  readonly refusals: Refusal[];
  readonly rates: Taken[];
}

/** Every tool that has a procedure, as the library's router; reads are queries. */
export function rpcRouter(perform: Perform, handlers: ToolHandlers): AnyTRPCRouter {
  const rpc = initTRPC.context<RpcRequest>().create({
    isDev: false,
    errorFormatter: ({ shape, error, ctx }) => shapeOf(shape, error as TRPCError, ctx?.requestId ?? ""),
  });
  const anything = rpc.procedure.input((input: unknown) => input);
  const groups: Record<string, Record<string, ReturnType<typeof procedure>>> = {};
  for (const [group, name, tool] of procedures()) {
    groups[group] = { ...groups[group], [name]: procedure(tool) };
  }
  return rpc.router(
    Object.fromEntries(Object.entries(groups).map(([name, group]) => [name, rpc.router(group)])),
  );

  function procedure(name: ToolName) {
    const { effect }: Tool = TOOLS[name];
    const call = ({ ctx, input }: { ctx: RpcRequest; input: unknown }) => callTool(name, ctx, input);
    return effect === "read" ? anything.query(call) : anything.mutation(call);
  }

  async function callTool(name: ToolName, request: RpcRequest, sent: unknown): Promise<unknown> {
    try {
      const answer = await performTool(name, request, fieldsOf(sent));
      request.rates.push(answer.rate);
      return answer.output;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      request.refusals.push(error);
      throw rpcError(error.error);
    }
  }

  function performTool(name: ToolName, request: RpcRequest, sent: Record<string, unknown>): Promise<Answer> {
    const { caller, refusals: _, rates: __, ...shared } = request;
    if (!("actor" in caller)) throw new Refusal(caller);
    const { orgSlug, projectSlug, ...fields } = sent;
    const declaration: Tool = TOOLS[name];
    return perform({
      ...shared,
      ...{ name: declaration.does, declaration, handler: handlers[name], caller, via: "trpc" },
      names: { organization: named(orgSlug), project: named(projectSlug) },
      read: async () => ({ input: declaration.procedure?.input?.(fields) ?? fields, options: {} }),
    });
  }
}

function* procedures(): Generator<[group: string, name: string, tool: ToolName]> {
  for (const tool of Object.keys(TOOLS) as ToolName[]) {
    const { procedure }: Tool = TOOLS[tool];
    if (!procedure) continue;
    const [group = "", name = ""] = procedure.name.split(".");
    yield [group, name, tool];
  }
}

/** What is no object has no fields, and is refused where one is missing. */
function fieldsOf(sent: unknown): Record<string, unknown> {
  return typeof sent === "object" && sent !== null && !Array.isArray(sent) ? { ...sent } : {};
}

function named(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
