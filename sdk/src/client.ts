import type { Operations } from "./contract.ts";
import { GrantRevokedError, NotFoundError } from "./errors.ts";
import { type Outside, requestFile, requestJson } from "./http.ts";
import { type CallOptions, prepare } from "./prepare.ts";
import { withRetries } from "./retry.ts";
import { type Route, TABLE } from "./table.ts";

type Name = keyof Operations;

/** What an operation is sent: fields of the API reference, by their names there. */
export type Input<Operation extends Name> = Operations[Operation]["input"];
/** What an operation answers; `Response` for a file, whose body comes while the server makes it. */
export type Output<Operation extends Name> = Operations[Operation]["output"];

type Arguments<Operation extends Name> =
  Record<never, never> extends Input<Operation>
    ? [input?: Input<Operation>, options?: CallOptions]
    : [input: Input<Operation>, options?: CallOptions];

/** One operation. Throws the errors of `RefusedError`, `ConnectionRevokedError` and `UnreachableError`. */
type Call<Operation extends Name> = (...sent: Arguments<Operation>) => Promise<Output<Operation>>;

/** A list in pages: the call answers one; `each` asks for page after page and hands out what is in them. */
interface Listing<Operation extends Name> extends Call<Operation> {
  each(...sent: Arguments<Operation>): AsyncGenerator<ItemOf<Output<Operation>>, void, void>;
}

type ItemOf<Page> = Page extends { items: readonly (infer Item)[] } ? Item : never;

type Method<Operation extends Name> =
  Output<Operation> extends { items: readonly unknown[]; nextCursor: string | null }
    ? Input<Operation> extends { cursor?: unknown }
      ? Listing<Operation>
      : Call<Operation>
    : Call<Operation>;

type Noun = Name extends infer Each ? (Each extends `${infer First}.${string}` ? First : never) : never;

/** Every operation as a function: `client.keys.list({ projectId })`, `client.me()`. */
export type Client = {
  [First in Noun]: {
    [Operation in Name as Operation extends `${First}.${infer Verb}` ? Verb : never]: Method<Operation>;
  };
} & { [Operation in Exclude<Name, `${string}.${string}`>]: Method<Operation> };

/** Who a client calls as. */
export interface Identity {
  readonly apiUrl: string;
  /** Does a call with a token; decides what becomes of a refusal, such as one more try with another token. */
  withToken<Answer>(call: (bearer: string) => Promise<Answer>, signal?: AbortSignal): Promise<Answer>;
}

/** The client of an identity, derived from the table of operations. */
export function clientOf(outside: Outside, identity: Identity): Client {
  const client: Record<string, unknown> = {};
  for (const [name, route] of Object.entries(TABLE)) {
    const [noun = name, verb] = name.split(".");
    const method = methodOf(outside, identity, route);
    if (verb === undefined) client[noun] = method;
    else client[noun] = Object.assign(client[noun] ?? {}, { [verb]: method });
  }
  return client as Client;
}

type Fields = Readonly<Record<string, unknown>>;

function methodOf(outside: Outside, identity: Identity, route: Route) {
  const call = (input: Fields = {}, options: CallOptions = {}) =>
    send(outside, identity, route, input, options);
  if (!route.paged) return call;
  return Object.assign(call, {
    async *each(input: Fields = {}, options: CallOptions = {}) {
      for (let { cursor } = input; cursor !== null; ) {
        const page = (await call({ ...input, cursor }, options)) as {
          items: unknown[];
          nextCursor: string | null;
        };
        yield* page.items;
        cursor = page.nextCursor;
      }
    },
  });
}

/** One call, sent until it is answered. The same request each time, so that what was done already is not done again. */
async function send(
  outside: Outside,
  identity: Identity,
  route: Route,
  input: Fields,
  options: CallOptions,
): Promise<unknown> {
  const { signal, expectedRevision } = options;
  const { method, path, headers, body } = prepare(route, input, options);
  const request = { method, url: identity.apiUrl + path, headers, body, signal };
  // After a lost answer these would meet their own deed, and tell of a conflict that is none.
  const repeatable = route.once || (expectedRevision === undefined && !route.sendsFile);
  const answer = (bearer?: string) =>
    withRetries(
      async ({ lost }) => {
        try {
          const sent = { ...request, bearer };
          return await (route.answersFile ? requestFile(outside, sent) : requestJson(outside, sent));
        } catch (error) {
          if (lost && method === "DELETE" && isGone(error)) return undefined;
          throw error;
        }
      },
      { repeatable, signal },
    );
  return route.open ? answer() : identity.withToken(answer, signal);
}

/** What a lost answer has deleted is not there any more. */
function isGone(error: unknown): boolean {
  return error instanceof NotFoundError && !(error instanceof GrantRevokedError) && error.status === 404;
}
