import { MOUNTS, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import type { Identify } from "../access/identify.ts";
import type { Answer, Perform } from "../access/perform.ts";
import { lookAhead } from "../access/place.ts";
import { Refusal } from "../access/refusal.ts";
import type { Context, Handlers } from "../context.ts";
import { toApiError } from "../database/to-api-error.ts";
import { partnerMetadataUrl } from "../oauth/metadata.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Arrive } from "../platform/arrival.ts";
import { accounted, openBody } from "../platform/bodies-in-flight.ts";
import { OPEN, PREFLIGHT } from "../platform/cross-origin.ts";
import { type AtDoor, type Door, openDoor } from "../platform/door.ts";
import { isAnonymous, renderError } from "../platform/http-error.ts";
import { refuseAmbiguous } from "../platform/incoming.ts";
import { readBytes } from "../platform/read-body.ts";
import type { HttpAnswer } from "../platform/sender.ts";
import { type FindSession, findCaller } from "./credentials.ts";
import { Paths } from "./paths.ts";
import { DEFAULT_BODY_BYTES, namesIn, readRequest, type Sent } from "./read-request.ts";
import { renderAnswer, renderRefusal } from "./render.ts";

interface RestParts {
  identify: Identify;
  findSession: FindSession;
  perform: Perform;
  handlers: Handlers;
}

/** The operations at a path by method, and what the path names. */
interface Found {
  readonly operations: ReadonlyMap<string, OperationName>;
  readonly params: Readonly<Record<string, string>>;
}

/** Every operation in the table. */
export function restDoor(ctx: Context, { arrive, ...parts }: RestParts & { arrive: Arrive }): Door {
  const paths = tableOfPaths();
  return openDoor<Found>({
    ...{ ctx, arrive },
    find(path) {
      const found = paths.find(path);
      if (found) return { operations: found.value, params: found.params };
      return path.startsWith(`${MOUNTS.api}/`) ? NOWHERE : undefined;
    },
    answer: async (at) => at.sender.send(await answer(ctx, parts, at)),
  });
}

/** What is below the API and is no address of it: pages of every origin may read that too. */
const NOWHERE: Found = { operations: new Map(), params: {} };

function tableOfPaths(): Paths<Map<string, OperationName>> {
  const paths = new Paths<Map<string, OperationName>>();
  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const { mount, method, path } = OPERATIONS[name].rest;
    paths.at(MOUNTS[mount] + path, () => new Map()).set(method, name);
  }
  return paths;
}

async function answer(ctx: Context, parts: RestParts, at: AtDoor<Found>): Promise<HttpAnswer> {
  const { request, incoming } = at;
  const { operations } = at.found;
  const { requestId } = at.arrival;
  const [first] = operations.values();
  const isOpen = first === undefined || OPERATIONS[first].rest.mount === "api";
  const cors = isOpen ? OPEN : {};
  if (request.method === "OPTIONS" && isOpen) return { status: 204, headers: PREFLIGHT };
  const name = operations.get(request.method === "HEAD" ? "GET" : (request.method ?? ""));
  const operation: Operation | undefined = name && OPERATIONS[name];
  try {
    refuseAmbiguous(request);
    if (!name || !operation) throw new ApiError(first ? "method_not_allowed" : "not_found");
    const answered = await performSent(ctx, parts, at, name);
    return renderAnswer(operation, answered, { requestId, cors });
  } catch (error) {
    const refusal = error instanceof Refusal ? error : undefined;
    const rendered = renderError(toApiError(refusal?.error ?? error, { requestId, log: ctx.log }), {
      requestId,
      resourceMetadata: operation && isOpen ? partnerMetadataUrl(ctx) : undefined,
      held: refusal?.held ?? [],
      anonymous: isAnonymous(incoming.headers),
    });
    const more =
      operation || !first ? cors : { ...cors, Allow: [...operations.keys(), "OPTIONS"].join(", ") };
    return renderRefusal(operation, rendered, { cors: more, rate: refusal?.rate });
  }
}

/** One request is one call. */
async function performSent(
  ctx: Context,
  parts: RestParts,
  { found: { params }, incoming, search, arrival }: AtDoor<Found>,
  name: OperationName,
): Promise<Answer> {
  const operation: Operation = OPERATIONS[name];
  const sent: Sent = { incoming, params, query: fieldsOfQuery(search) };
  const { bytes, maxBodyBytes = DEFAULT_BODY_BYTES } = operation.rest;
  let names = namesIn(sent);
  const asking = await findCaller(ctx, parts, {
    operation,
    headers: incoming.headers,
    address: arrival.address,
    alongside: () => {
      names = lookAhead(ctx.db.read, names);
    },
  });
  const account = openBody(ctx.db, asking.caller.limitKey, arrival.address);
  try {
    return await parts.perform({
      name,
      declaration: operation,
      handler: parts.handlers[name],
      ...asking,
      names,
      read: () => readRequest(operation, { ...sent, incoming: accounted(incoming, account) }),
      bytes: bytes && readBytes(incoming, maxBodyBytes),
      address: arrival.address,
      requestId: arrival.requestId,
    });
  } finally {
    account.close();
  }
}

/** Of a field that is there several times, the first. */
function fieldsOfQuery(search: string): Record<string, string> {
  if (search === "") return {};
  return Object.fromEntries([...new URLSearchParams(search)].reverse());
}
