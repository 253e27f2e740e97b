import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { identifier } from "./access/identify.ts";
import { performer } from "./access/perform.ts";
import { type Accounts, openAccounts } from "./accounts/accounts.ts";
import { apiKeyRoutes } from "./api-keys/routes.ts";
import { iconRoutes } from "./apps/icons.ts";
import { openCdn } from "./cdn/open-cdn.ts";
import type { Context } from "./context.ts";
import { toApiError } from "./database/to-api-error.ts";
import { guideRoutes } from "./guides/routes.ts";
import { assembleHandlers, assembleRecognizers, TOOL_HANDLERS } from "./handlers.ts";
import { healthRoutes } from "./health.ts";
import { mcpDoor } from "./mcp/door.ts";
import { serveMcp } from "./mcp/serve.ts";
import { newServer } from "./mcp/server.ts";
import { AccessTokens } from "./oauth/access-token.ts";
import { formDoor } from "./oauth/form-door.ts";
import { partnerMetadataUrl } from "./oauth/metadata.ts";
import { oauthRoutes } from "./oauth/routes.ts";
import { SigningKeys } from "./oauth/signing-keys.ts";
import { BuiltFiles } from "./pages/built-files.ts";
import { messagePage } from "./pages/message-page.ts";
import { pageRoutes } from "./pages/routes.ts";
import { ApiError } from "./platform/api-error.ts";
import { openArrivals } from "./platform/arrival.ts";
import { isAnonymous, respondError } from "./platform/http-error.ts";
import { refuseAmbiguous } from "./platform/incoming.ts";
import { answering, keptAddress } from "./platform/request-origin.ts";
import { STRICT_TRANSPORT } from "./platform/strict-transport.ts";
import { referenceRoutes } from "./reference/routes.ts";
import { restDoor } from "./rest/door.ts";
import { rpcDoor } from "./rpc/door.ts";

const strictTransport = new Map(Object.entries(STRICT_TRANSPORT));
const OAUTH_PREFIX = "/api/auth/mcp/";

export interface App {
  /** Everything, as one listener for `node:http`. */
  listener: RequestListener;
  /** Resolves when every call under way has ended, also those whose connection is gone. */
  atRest(): Promise<void>;
  accounts: Accounts;
  signingKeys: SigningKeys;
}

interface Env {
  Bindings: { incoming: IncomingMessage; outgoing: ServerResponse };
  Variables: { address: string; requestId: string };
}

/** Which folder answers which path. `builtFolder` holds the built dashboard. */
export function buildApp(ctx: Context, builtFolder: string): App {
  const accounts = openAccounts(ctx);
  const signingKeys = new SigningKeys(ctx);
  const accessTokens = new AccessTokens(ctx, signingKeys);
  const files = new BuiltFiles(builtFolder);
  const findSession = (headers: Headers) => accounts.session(headers);
  const handlers = assembleHandlers(ctx, accounts, accessTokens);
  const identify = identifier(ctx, assembleRecognizers(ctx, accessTokens));
  const perform = performer(ctx);

  const arrive = openArrivals(ctx);

  const app = new Hono<Env>();
  app.use(async (c, next) => {
    const { requestId, address, answered } = arrive(c.env.incoming);
    c.set("requestId", requestId);
    c.set("address", address);
    await answering({ requestId, address: keptAddress(ctx.config.AUDIT_ADDRESSES, address) }, next);
    answered(c.res.status);
  });
  app.use((c, next) => {
    refuseAmbiguous(c.env.incoming);
    return next();
  });
  app.route("/", healthRoutes(ctx));
  // These two before the sign-in library, whose routes share the prefix.
  app.route("/", oauthRoutes({ ctx, accessTokens, signingKeys, files, findSession }));
  app.route("/", apiKeyRoutes(ctx) as unknown as Hono<Env>);
  app.route("/", accounts.routes as unknown as Hono<Env>);
  app.route("/", iconRoutes(ctx));
  app.route("/", referenceRoutes(ctx.config));
  app.route("/", guideRoutes(files, ctx.config));
  app.route("/", pageRoutes(files, ctx.config));
  app.notFound(async (c) => {
    if (wantsPage(c.req.raw)) {
      return messagePage(files, 404, {
        title: "There is nothing here",
        text: "The address may be mistyped, or what was here is gone.",
        action: { label: "Go to the start page", href: "/" },
      });
    }
    const { requestId } = c.var;
    return withHeaders(c.res, respondError(new ApiError("not_found"), { requestId }));
  });
  app.onError(async (error, c) => {
    const { requestId } = c.var;
    const answer = respondError(toApiError(error, { requestId, log: ctx.log }), {
      requestId,
      // Userinfo and registration take Bearer tokens too.
      resourceMetadata: c.req.path.startsWith(OAUTH_PREFIX) ? partnerMetadataUrl(ctx) : undefined,
      anonymous: isAnonymous(c.req.raw.headers),
    });
    withHeaders(c.res, answer);
    if (!wantsPage(c.req.raw)) return answer;
    const page = await messagePage(files, answer.status, {
      title: answer.status >= 500 ? "Something went wrong" : "This does not work",
      text: error instanceof ApiError ? error.message : "Try again in a moment.",
      requestId,
      connecting: c.req.path.startsWith(OAUTH_PREFIX),
    });
    return withHeaders(answer, page);
  });

  const cdn = openCdn(ctx);
  const forTools = { perform, handlers: TOOL_HANDLERS };
  const serve = serveMcp(() => newServer(forTools), ctx.log);
  const doors = [
    formDoor(ctx, { arrive, accessTokens }),
    restDoor(ctx, { arrive, identify, findSession, perform, handlers }),
    rpcDoor(ctx, { arrive, identify, ...forTools }),
    mcpDoor(ctx, { arrive, identify, serve }),
  ];
  const underWay = new Set<Promise<Response>>();
  const listen = getRequestListener((request, bindings) => {
    const answer = Promise.resolve(app.fetch(request, bindings as Env["Bindings"]));
    underWay.add(answer);
    void answer.finally(() => underWay.delete(answer)).catch(() => {});
    return answer;
  });
  return {
    listener: (request, response) => {
      if (cdn.handle(request, response)) return;
      if (doors.some((door) => door.handle(request, response))) return;
      // Here and not on the framework's answers, which are copied as soon as a header is added to them.
      if (ctx.config.secure) response.setHeaders(strictTransport);
      void listen(request, response);
    },
    async atRest() {
      await Promise.all([...doors.map((door) => door.atRest()), Promise.allSettled(underWay)]);
    },
    accounts,
    signingKeys,
  };
}

const HEADERS_TIMEOUT_MS = 15_000;
const REQUEST_TIMEOUT_MS = 120_000;

/** A server with limits against slow senders; not listening yet. */
export function createHttpServer(listener: RequestListener): Server {
  return createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS, maxHeaderSize: 32 * 1024 },
    listener,
  );
}

/** What was set before the refusal, CORS above all, on the refusal too. */
function withHeaders(before: Response, answer: Response): Response {
  for (const [name, value] of before.headers) if (!answer.headers.has(name)) answer.headers.set(name, value);
  return answer;
}

function wantsPage(request: Request): boolean {
  return request.method === "GET" && (request.headers.get("accept") ?? "").includes("text/html");
}
