import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from "@modelcontextprotocol/server";
import type { ErrorCode } from "@parlance/contract/errors";
import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName, type ToolOutput } from "@parlance/contract/tools";
import type { Perform } from "../access/perform.ts";
import { Refusal } from "../access/refusal.ts";
import type { ToolHandlers } from "../context.ts";
import { answerOf, toText } from "./call-tool.ts";
import type { McpRequest } from "./mcp-request.ts";

const MIME = "application/json";
/** Resources of so many projects are listed; others are read by their address. */
const MOST_LISTED = 100;

interface Kind {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly template: string;
  /** Its address without the scheme; groups are organization, project and what `input` is given. */
  readonly path: RegExp;
  /** The tool whose answer it is. */
  readonly tool: ToolName;
  readonly input: (rest: string) => Record<string, unknown>;
}

const SLUG = "[a-z0-9]+(?:-[a-z0-9]+)*";

/** What an agent may keep at hand instead of asking for it. */
const KINDS: readonly Kind[] = [
  {
    name: "project",
    title: "Project overview",
    description: "Languages, namespaces, coverage and published addresses of a project",
    template: "parlance://{organization}/{project}",
    path: new RegExp(`^(${SLUG})/(${SLUG})$`),
    tool: "getProject",
    input: () => ({}),
  },
  {
    name: "namespace",
    title: "Namespace context",
    description: "What a namespace is for, with its first keys and their source texts",
    template: "parlance://{organization}/{project}/namespaces/{namespace}",
    path: new RegExp(`^(${SLUG})/(${SLUG})/namespaces/([A-Za-z0-9][A-Za-z0-9._-]*)$`),
    tool: "getTranslations",
    input: (namespace) => ({ namespaces: [namespace] }),
  },
  {
    name: "style",
    title: "Style and terms",
    description: "How texts of a project should sound, and the words that are fixed",
    template: "parlance://{organization}/{project}/style",
    path: new RegExp(`^(${SLUG})/(${SLUG})/style$`),
    tool: "getTranslationContext",
    input: () => ({}),
  },
];

interface Parts {
  perform: Perform;
  handlers: ToolHandlers;
}

export function listTemplates({ caller }: McpRequest): ListResourceTemplatesResult {
  return {
    resourceTemplates: KINDS.filter((kind) => isOpen(kind, caller.held)).map(
      ({ name, title, description, template }) => ({
        name,
        title,
        description,
        uriTemplate: template,
        mimeType: MIME,
      }),
    ),
  };
}

/** What is not there, not the caller's, or called as nothing can be. */
const NOWHERE: ReadonlySet<ErrorCode> = new Set(["not_found", "wrong_organization", "invalid_request"]);

/** The overview of each project that the caller may read. */
export async function listResources(parts: Parts, request: McpRequest): Promise<ListResourcesResult> {
  const [overview] = KINDS;
  if (!overview || !isOpen(overview, request.caller.held)) return { resources: [] };
  const { projects } = await read<ToolOutput<"listProjects">>(parts, request, "listProjects", {});
  return {
    resources: projects.slice(0, MOST_LISTED).map(({ slug, name }) => ({
      uri: `parlance://${slug}`,
      name: slug,
      title: name,
      description: overview.description,
      mimeType: MIME,
    })),
  };
}

/** Throws `ResourceNotFoundError` for an address that is none, and for what the caller does not reach. */
export async function readResource(
  parts: Parts,
  request: McpRequest,
  uri: string,
): Promise<ReadResourceResult> {
  for (const { path, tool, input } of KINDS) {
    const [, organization, project, rest = ""] = path.exec(uri.replace(/^parlance:\/\//, "")) ?? [];
    if (organization === undefined) continue;
    const fields = { project: `${organization}/${project}`, ...input(rest) };
    const answer = await read(parts, request, tool, fields, uri);
    return { contents: [{ uri, mimeType: MIME, text: toText(answer) }] };
  }
  throw new ResourceNotFoundError(uri);
}

async function read<Answer>(
  parts: Parts,
  request: McpRequest,
  name: ToolName,
  fields: Record<string, unknown>,
  uri = "",
): Promise<Answer> {
  try {
    return (await answerOf(parts, request, { name, arguments: fields, agent: null })) as Answer;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    request.refusals.push(error);
    const { code, message } = error.error;
    if (NOWHERE.has(code)) throw new ResourceNotFoundError(uri);
    throw new ProtocolError(ProtocolErrorCode.InternalError, message);
  }
}

function isOpen({ tool }: Kind, held: readonly string[]): boolean {
  const { access }: Tool = TOOLS[tool];
  return access.by === "scope" && held.includes(access.scope);
}
