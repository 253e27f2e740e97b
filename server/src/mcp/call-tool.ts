import type { CallToolResult } from "@modelcontextprotocol/server";
import type { FieldError } from "@parlance/contract/errors";
import { pointerTo } from "@parlance/contract/json-pointer";
import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName } from "@parlance/contract/tools";
import type { Perform } from "../access/perform.ts";
import { Refusal } from "../access/refusal.ts";
import type { Caller, ToolHandlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import type { McpRequest } from "./mcp-request.ts";
import { fieldsOfTool, findTool } from "./tool-list.ts";

/** So many faulty fields are named; a model mends one and the same mistake at once. */
const MOST_NAMED = 10;
/** Of a name that is none, in UTF-16 code units. */
const LONGEST_SAID = 100;

interface Parts {
  perform: Perform;
  handlers: ToolHandlers;
}

interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The agent, by the name that its program gives. */
  readonly agent: string | null;
}

/** What an agent is answered: the answer as JSON text, or a sentence that says what to change (contract/mcp, 5). */
export async function callTool(parts: Parts, request: McpRequest, call: ToolCall): Promise<CallToolResult> {
  const name = findTool(call.name);
  if (!name) {
    const sent = call.name.slice(0, LONGEST_SAID).toWellFormed();
    return failed(`Error executing ${sent}: Unknown tool: ${sent}`);
  }
  try {
    return { content: [{ type: "text", text: toText(await answerOf(parts, request, { ...call, name })) }] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    request.refusals.push(error);
    const { code, extra } = error.error;
    return {
      ...failed(sentenceFor(error.error, request.requestId)),
      // For programs: the sentence is the model's.
      _meta: { error: code, ...(extra.required && { required: extra.required }) },
    };
  }
}

/** What the tool answers an agent. Throws `Refusal`. */
export async function answerOf(
  { perform, handlers }: Parts,
  { caller, refusals: _, rates, ...shared }: McpRequest,
  call: ToolCall & { readonly name: ToolName },
): Promise<unknown> {
  const declaration: Tool = TOOLS[call.name];
  const { project, ...fields } = call.arguments;
  const answer = await perform({
    ...shared,
    ...{ name: declaration.does, declaration, handler: handlers[call.name], via: "mcp" },
    caller: call.agent === null ? caller : withAgent(caller, call.agent),
    names: declaration.names === "project" && typeof project === "string" ? { project } : {},
    read: async () => {
      refuseUnknownFields(call.name, fields);
      return { input: fields, options: {} };
    },
  });
  rates.push(answer.rate);
  return declaration.shown ? declaration.shown.parse(answer.output) : answer.output;
}

export function toText(answer: unknown): string {
  return JSON.stringify(answer, null, 2);
}

function withAgent(caller: Caller, agent: string): Caller {
  return { ...caller, actor: { ...caller.actor, agentSession: agent } };
}

/** A model that mistypes a field is told so, rather than answered as if it had not sent it. */
function refuseUnknownFields(name: ToolName, fields: Readonly<Record<string, unknown>>): void {
  const known = fieldsOfTool(name);
  const unknown = Object.keys(fields).filter((field) => !known.includes(field));
  if (unknown.length === 0) return;
  const takes = known.length === 0 ? "no fields" : known.join(", ");
  throw new ApiError("invalid_request", `Validation error: ${name} takes ${takes}.`, {
    errors: unknown.map((field) => ({ pointer: pointerTo([field]), code: "unknown_field" })),
  });
}

function sentenceFor({ message, extra, status, code }: ApiError, requestId: string): string {
  const faults = (extra.errors ?? []).slice(0, MOST_NAMED).map(toLine);
  const more = (extra.errors?.length ?? 0) - faults.length;
  return [
    message,
    ...faults,
    ...(more > 0 ? [`and ${more} more.`] : []),
    ...(code === "missing_scope" && extra.required ? [`Scope: ${extra.required}.`] : []),
    ...(status >= 500 ? [`Request ${requestId}.`] : []),
  ].join("\n");
}

function toLine({ pointer, code, expected, found, suggestion }: FieldError): string {
  const parts = [
    code,
    expected && `expected ${expected}`,
    found && `found ${found}`,
    suggestion && `try ${suggestion}`,
  ];
  return `${pointer}: ${parts.filter(Boolean).join("; ")}`;
}

function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] };
}
