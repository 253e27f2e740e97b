import type { TOOLS, ToolName } from "@parlance/contract/tools";
import { createTRPCClient, httpLink } from "@trpc/client";

/** Of the table; `mcp.` stands before each on the wire. */
type ProcedureName = {
  [Name in ToolName]: (typeof TOOLS)[Name] extends { procedure: { name: `mcp.${infer Procedure}` } }
    ? Procedure
    : never;
}[ToolName];

// biome-ignore lint/suspicious/noExplicitAny: existing clients know no types of this server either
type Send = (input: object) => Promise<any>;

export type Procedures = Record<ProcedureName, { query: Send; mutate: Send }>;

/** Calls procedures as existing clients do, with a key or token; each throws what the server refuses. */
export function proceduresOf(base: string, key: string): Procedures {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const client: any = createTRPCClient<any>({
    links: [httpLink({ url: `${base}/api/trpc`, headers: { "x-api-key": key } })],
  });
  return client.mcp;
}

/** What a refused call throws: the sentence, and what stands beside it in the envelope. */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const thrown = await call.then(
    () => undefined,
    (error: { message: string; data?: Record<string, unknown> }) => error,
  );
  if (!thrown?.data) throw new Error("The call was not refused.", { cause: thrown });
  return { message: thrown.message, ...thrown.data };
}
