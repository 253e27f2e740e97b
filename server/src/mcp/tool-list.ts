import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import type { Scope } from "@parlance/contract/scopes";
import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName } from "@parlance/contract/tools";
import { z } from "zod";

const PROJECT = {
  type: "string",
  description: "The project: organization/project as listProjects answers it, or its id",
};

/** The tools that somebody who holds these scopes can call, in the table's order. */
export function listTools(held: readonly Scope[]): ListedTool[] {
  return all().flatMap(({ tool, scopes }) => (scopes.every((scope) => held.includes(scope)) ? [tool] : []));
}

/** The tool with this name, when agents are offered it. */
export function findTool(name: string): ToolName | undefined {
  const isOffered = Object.hasOwn(TOOLS, name) && !(TOOLS[name as ToolName] as Tool).procedure?.only;
  return isOffered ? (name as ToolName) : undefined;
}

/** The fields that a tool takes, `project` included where it names one. */
export function fieldsOfTool(name: ToolName): readonly string[] {
  return Object.keys(all().find(({ tool }) => tool.name === name)?.tool.inputSchema.properties ?? {});
}

interface Entry {
  readonly tool: ListedTool;
  /** All that a call needs. */
  readonly scopes: readonly Scope[];
}

let entries: Entry[] | undefined;

/** Made at first use, because the schemas of a start that serves no agent are made for nobody. */
function all(): Entry[] {
  entries ??= Object.entries(TOOLS as Record<string, Tool>).flatMap(([name, tool]) =>
    tool.procedure?.only ? [] : [{ tool: describe(name, tool), scopes: scopesOf(tool) }],
  );
  return entries;
}

function scopesOf({ access, needsAlso = [] }: Tool): readonly Scope[] {
  return access.by === "scope" ? [access.scope, ...needsAlso] : needsAlso;
}

function describe(name: string, { title, description, effect, names, input }: Tool): ListedTool {
  const { properties = {}, required = [], $defs } = z.toJSONSchema(input, { io: "input" });
  const isOfProject = names === "project";
  return {
    name,
    title,
    description,
    inputSchema: {
      type: "object",
      properties: { ...(isOfProject && { project: PROJECT }), ...(properties as Record<string, object>) },
      required: [...(isOfProject ? ["project"] : []), ...required],
      ...($defs && { $defs }),
    },
    annotations: {
      title,
      readOnlyHint: effect === "read",
      destructiveHint: effect === "delete",
      openWorldHint: false,
    },
  };
}
