import type { Tool } from "@parlance/contract/tool";
import { TOOLS, type ToolName, type ToolOutput } from "@parlance/contract/tools";
import { identifier } from "../../src/access/identify.ts";
import { performer } from "../../src/access/perform.ts";
import { Refusal } from "../../src/access/refusal.ts";
import { assembleRecognizers, TOOL_HANDLERS } from "../../src/handlers.ts";
import { AccessTokens } from "../../src/oauth/access-token.ts";
import { answered, type Named, type Scene } from "../refusals/scene.ts";

const ADDRESS = "192.0.2.1";

/** Calls tools as a door would that knows no HTTP. Throws the refusal as an `ApiError`. */
export function toolsOf(
  { server: { ctx, app } }: Pick<Scene, "server">,
  audience: "partner" | "mcp" = "mcp",
) {
  const identify = identifier(ctx, assembleRecognizers(ctx, new AccessTokens(ctx, app.signingKeys)));
  const perform = performer(ctx);
  return async <Name extends ToolName>(
    token: string,
    name: Name,
    { project, gone, ...input }: { project?: string; gone?: AbortSignal } & Record<string, unknown> = {},
  ): Promise<ToolOutput<Name>> => {
    const declaration: Tool = TOOLS[name];
    const findAgain = () => identify(token, { audience, address: ADDRESS, now: ctx.clock.now() });
    try {
      const { output } = await perform({
        ...{ name: declaration.does, declaration, handler: TOOL_HANDLERS[name] },
        ...{ caller: await findAgain(), findAgain, gone, names: { project } },
        ...({ via: "mcp", address: ADDRESS, requestId: "rid_tool" } as const),
        read: async () => ({ input, options: {} }),
      });
      return output as ToolOutput<Name>;
    } catch (error) {
      throw error instanceof Refusal ? error.error : error;
    }
  };
}

/** Calls a procedure of `/api/trpc` as the command line does; answers its status and body. */
export async function callProcedure(
  { server: { base } }: Pick<Scene, "server">,
  token: string,
  name: string,
  input: object,
  { isMutation = false, signal }: { isMutation?: boolean; signal?: AbortSignal } = {},
) {
  const query = isMutation ? "" : `?input=${encodeURIComponent(JSON.stringify(input))}`;
  const response = await fetch(`${base}/api/trpc/${name}${query}`, {
    method: isMutation ? "POST" : "GET",
    headers: { "x-api-key": token, "content-type": "application/json" },
    ...(isMutation && { body: JSON.stringify(input) }),
    ...(signal && { signal }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: existing clients know no types of this server either
  const { result, error } = (await response.json()) as any;
  return { status: response.status, data: result?.data, error };
}

/** Keys with texts, through REST as the owner; answers the id of each by its name. */
export async function addTexts(
  { people: { owner } }: Scene,
  { id }: Named,
  texts: Record<string, Record<string, string>>,
): Promise<Record<string, string>> {
  const keys = Object.entries(texts).map(([name, values]) => ({ name, values }));
  const path = `/api/oauth-client/v1/projects/${id}/keys`;
  const { items } = await answered<{ items: { id: string; name: string }[] }>(
    owner.browser.post(path, { keys }),
  );
  return Object.fromEntries(items.map((item) => [item.name, item.id]));
}

/** Another operation of the project, through REST as the owner. */
export function post({ people: { owner } }: Scene, { id }: Named, path: string, body: object) {
  return answered<Record<string, unknown>>(
    owner.browser.post(`/api/oauth-client/v1/projects/${id}/${path}`, body),
  );
}

/** What tests of procedures do again and again, with this key unless told otherwise. */
export function proceduresDesk(scene: Scene, key: string) {
  const { organization, people, server } = scene;
  const query = (name: string, input: object, token = key) => callProcedure(scene, token, name, input);
  const mutate = (name: string, input: object, token = key) =>
    callProcedure(scene, token, name, input, { isMutation: true });
  const named = ({ slug }: Named) => ({ orgSlug: organization.slug, projectSlug: slug });
  return {
    query,
    mutate,
    named,
    async addProject(...languages: string[]): Promise<Named> {
      const project = await scene.addProject(people.owner, organization);
      for (const code of languages) await post(scene, project, "languages", { code });
      return project;
    },
    async publish(project: Named, input: object = {}) {
      server.ctx.clock.advance(1000);
      return (await mutate("mcp.publishTranslations", { ...named(project), ...input })).data;
    },
    /** A key that holds the usual scopes and publishing, but for these. */
    async without(...scopes: string[]): Promise<string> {
      const all = ["org:read", "projects:read", "keys:read", "keys:write"];
      const more = ["translations:read", "translations:write", "translations:publish"];
      const held = [...all, ...more].filter((scope) => !scopes.includes(scope));
      return (await scene.addApiKey(people.owner, organization, { scopes: held })).key;
    },
  };
}
