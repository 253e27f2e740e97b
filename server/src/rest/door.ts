import type { IncomingMessage, ServerResponse } from "node:http";
import { MOUNTS, type Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import type { Identify } from "../access/identify.ts";
import type { Answer, Perform } from "../access/perform.ts";
import { lookAhead } from "../access/place.ts";
import { Refusal } from "../access/refusal.ts";
import type { Caller, Context, Handlers } from "../context.ts";
import { partnerMetadataUrl } from "../oauth/metadata.ts";
import { ApiError } from "../platform/api-error.ts";
import type { Arrival, Arrive } from "../platform/arrival.ts";
import { type ByteAccount, ByteBudget } from "../platform/byte-budget.ts";
import { networkOf } from "../platform/client-address.ts";
import { type Incoming, incomingOf, originForm, refuseAmbiguous } from "../platform/incoming.ts";
import { perOwner } from "../platform/per-owner.ts";
import { declaredLength, readBytes } from "../platform/read-body.ts";
import { answering, keptAddress } from "../platform/request-origin.ts";
import { type FindSession, findCaller } from "./credentials.ts";
import { OPEN, PREFLIGHT } from "./cross-origin.ts";
import { Paths } from "./paths.ts";
import { DEFAULT_BODY_BYTES, namesIn, readRequest, type Sent } from "./read-request.ts";
import { isAnonymous, renderError } from "./respond.ts";
import { Sender } from "./send.ts";

export interface RestParts {
  arrive: Arrive;
  identify: Identify;
  findSession: FindSession;
  perform: Perform;
  handlers: Handlers;
}

export interface Door {
  /** Answers a request for an operation; returns false, without doing anything, for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /** Resolves when every call under way has ended, also those whose connection is gone. */
  atRest(): Promise<void>;
}

/** A request, and the operations at its path by method. */
interface Found {
  readonly request: IncomingMessage;
  readonly incoming: Incoming;
  readonly operations: ReadonlyMap<string, OperationName>;
  readonly params: Readonly<Record<string, string>>;
  readonly search: string;
  readonly arrival: Arrival;
}

/** Every operation in the table, in front of the web framework: translating it would cost more than the rest of a short call. */
export function restDoor(ctx: Context, parts: RestParts): Door {
  const paths = tableOfPaths();
  const underWay = new Set<Promise<void>>();
  return {
    handle(request, response) {
      const url = originForm(request.url ?? "");
      const mark = url.indexOf("?");
      const path = mark === -1 ? url : url.slice(0, mark);
      const found = paths.find(path) ?? (path.startsWith(`${MOUNTS.api}/`) ? NOWHERE : undefined);
      if (!found) return false;
      const arrival = parts.arrive(request);
      const { requestId } = arrival;
      const address = keptAddress(ctx.config.AUDIT_ADDRESSES, arrival.address);
      const ended = answering({ requestId, address }, () =>
        answer(ctx, parts, new Sender(ctx, response, arrival), {
          request,
          incoming: incomingOf(request),
          operations: found.value,
          params: found.params,
          search: mark === -1 ? "" : url.slice(mark),
          arrival,
        }),
      ).catch((error: unknown) => {
        ctx.log.error({ err: error, requestId }, "an answer could not be sent");
        response.destroy();
      });
      underWay.add(ended);
      void ended.finally(() => underWay.delete(ended));
      return true;
    },
    async atRest() {
      await Promise.all(underWay);
    },
  };
}

/** What is below the API and is no address of it: pages of every origin may read that too. */
const NOWHERE = { value: new Map<string, OperationName>(), params: {} };

function tableOfPaths(): Paths<Map<string, OperationName>> {
  const paths = new Paths<Map<string, OperationName>>();
  for (const name of Object.keys(OPERATIONS) as OperationName[]) {
    const { mount, method, path } = OPERATIONS[name].rest;
    paths.at(MOUNTS[mount] + path, () => new Map()).set(method, name);
  }
  return paths;
}

async function answer(ctx: Context, parts: RestParts, sender: Sender, found: Found): Promise<void> {
  const { request, operations } = found;
  const [first] = operations.values();
  const isOpen = first === undefined || OPERATIONS[first].rest.mount === "api";
  const cors = isOpen ? OPEN : {};
  if (request.method === "OPTIONS" && isOpen) return sender.send({ status: 204, headers: PREFLIGHT });
  const name = operations.get(request.method === "HEAD" ? "GET" : (request.method ?? ""));
  const operation: Operation | undefined = name && OPERATIONS[name];
  try {
    refuseAmbiguous(request);
    if (!name || !operation) throw new ApiError(first ? "method_not_allowed" : "not_found");
    sender.sendAnswer(operation, await performSent(ctx, parts, found, name), cors);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : undefined;
    const rendered = renderError(refusal?.error ?? error, {
      requestId: found.arrival.requestId,
      log: ctx.log,
      resourceMetadata: operation && isOpen ? partnerMetadataUrl(ctx) : undefined,
      held: refusal?.held ?? [],
      anonymous: isAnonymous(found.incoming.headers),
    });
    const more =
      operation || !first ? cors : { ...cors, Allow: [...operations.keys(), "OPTIONS"].join(", ") };
    sender.sendRefusal(operation, rendered, more, { request, rate: refusal?.rate });
  }
}

/** One request is one call. */
async function performSent(
  ctx: Context,
  parts: RestParts,
  { incoming, params, search, arrival }: Found,
  name: OperationName,
): Promise<Answer> {
  const operation: Operation = OPERATIONS[name];
  const sent: Sent = { incoming, params, query: fieldsOfQuery(search) };
  const { bytes, maxBodyBytes = DEFAULT_BODY_BYTES } = operation.rest;
  let names = namesIn(sent);
  const found = await findCaller(ctx, parts, {
    operation,
    headers: incoming.headers,
    address: arrival.address,
    alongside: () => {
      names = lookAhead(ctx.db.read, names);
    },
  });
  const account = openAccount(ctx, found.caller, arrival);
  try {
    return await parts.perform({
      name,
      declaration: operation,
      handler: parts.handlers[name],
      ...found,
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

const MEGABYTE = 1024 * 1024;
/** A body that declares no more is let in whatever others hold: headers may be as long. */
const SHORT_BODY_BYTES = 32 * 1024;

/**
 * A body that is read as a whole, and what was made of it, is in memory until its call has ended. Anybody can come from many
 * networks, so that strangers have a budget of their own. A caller may hold the longest body that there is, and no more.
 */
const bodiesOf = perOwner(() => ({
  callers: new ByteBudget({ ofAll: 64 * MEGABYTE, ofOne: 16 * MEGABYTE }),
  strangers: new ByteBudget({ ofAll: 16 * MEGABYTE, ofOne: 4 * MEGABYTE }),
}));

function openAccount({ db }: Context, { limitKey }: Caller, { address }: Arrival): ByteAccount {
  const { callers, strangers } = bodiesOf(db);
  return limitKey === null ? strangers.open(networkOf(address)) : callers.open(limitKey);
}

/** Takes what the sender has declared before any of it is read, and what was not declared as it comes. */
function accounted({ headers, body }: Incoming, account: ByteAccount): Incoming {
  return {
    headers,
    get body() {
      const declared = declaredLength(headers);
      if (body === null || (declared > 0 && declared <= SHORT_BODY_BYTES)) return body;
      if (declared > 0) account.take(declared);
      const watched = account.watch(body);
      return declared > 0 ? watched : counted(watched, account);
    },
  };
}

async function* counted(pieces: AsyncIterable<Uint8Array>, account: ByteAccount) {
  for await (const piece of pieces) {
    account.take(piece.byteLength);
    yield piece;
  }
}

/** Of a field that is there several times, the first. */
function fieldsOfQuery(search: string): Record<string, string> {
  if (search === "") return {};
  return Object.fromEntries([...new URLSearchParams(search)].reverse());
}
