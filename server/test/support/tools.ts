import { createTRPCClient, httpLink } from "@trpc/client";

/** Calls procedures as existing clients do, with a key or token; each throws what the server refuses. */
// biome-ignore lint/suspicious/noExplicitAny: existing clients know no types of this server either
export function proceduresOf(base: string, key: string): Record<string, { query: Send; mutate: Send }> {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const client: any = createTRPCClient<any>({
    links: [httpLink({ url: `${base}/api/trpc`, headers: { "x-api-key": key } })],
  });
  return client.mcp;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
type Send = (input: object) => Promise<any>;

/** What a refused call throws: the body of the error in the envelope. */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const thrown = await call.then(
    () => undefined,
    (error: { message: string; data?: Record<string, unknown> }) => error,
  );
  if (!thrown?.data) throw new Error("The call was not refused.", { cause: thrown });
  return { message: thrown.message, ...thrown.data };
}
