import type { IncomingMessage } from "node:http";
import { Hono, type Context as HonoContext } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { Session } from "../accounts/session.ts";
import { receiverOf } from "../apps/redirect-uri.ts";
import type { Context } from "../context.ts";
import type { BuiltFiles } from "../pages/built-files.ts";
import { loopbackTwin } from "../pages/loopback-twin.ts";
import { messagePage } from "../pages/message-page.ts";
import { ApiError } from "../platform/api-error.ts";
import { cookieNames } from "../platform/cookie-names.ts";
import { randomToken } from "../platform/crypto.ts";
import { incomingOf } from "../platform/incoming.ts";
import { readJson } from "../platform/read-body.ts";
import type { AccessTokens } from "./access-token.ts";
import { authorize } from "./authorize.ts";
import { limitAuthorizations } from "./authorize-limit.ts";
import { nameFor } from "./client-name.ts";
import { continueToApp } from "./code.ts";
import { decide } from "./consent.ts";
import { viewDecision, viewRequest } from "./consent-view.ts";
import { OPEN_TO_PAGES, preflightHeaders } from "./cross-origin.ts";
import { enterCode } from "./enter-code.ts";
import { describedPlainly } from "./error-description.ts";
import { readClient, unregisterClient } from "./manage-client.ts";
import { OAUTH_PATHS, resourceMetadata, serverMetadata, serverMetadataPaths } from "./metadata.ts";
import type { Visitor } from "./pending-request.ts";
import { registerClient } from "./register-client.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { userinfo } from "./userinfo.ts";

const MAX_BODY_BYTES = 64 * 1024;

const WELL_KNOWN = "/.well-known/";

interface OauthEnv {
  Bindings: { incoming: IncomingMessage };
  Variables: { address: string; requestId: string };
}

interface OauthParts {
  ctx: Context;
  accessTokens: AccessTokens;
  signingKeys: SigningKeys;
  files: BuiltFiles;
  findSession: (headers: Headers) => Promise<Session | null>;
}

/** The routes of the authorization server that are not operations: JSON for pages, endpoints of the RFCs, metadata. */
export function oauthRoutes(parts: OauthParts): Hono<OauthEnv> {
  const app = new Hono<OauthEnv>();
  forbidCaching(app);
  addAuthorization(app, parts);
  addRequests(app, parts);
  addClientEndpoints(app, parts);
  addMetadata(app, parts);
  refuseOtherMethods(app);
  return app;
}

/** Answers with tokens, secrets or facts about people are never cached (RFC 6749 §5.1). */
function forbidCaching(app: Hono<OauthEnv>): void {
  const { register, registration, userinfo, requests, device } = OAUTH_PATHS;
  for (const path of [register, registration, userinfo, `${requests}/*`, device]) {
    app.use(path, async (c, next) => {
      c.header("Cache-Control", "no-store");
      c.header("Pragma", "no-cache");
      await next();
    });
  }
}

/** Every address above takes its own methods only (RFC 9110 §15.5.6). */
function refuseOtherMethods(app: Hono<OauthEnv>): void {
  const routes = Map.groupBy(
    app.routes.filter(({ method }) => method !== "ALL"),
    ({ path }) => path,
  );
  for (const [path, known] of routes) {
    const methods = known.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method]));
    app.all(path, (c) => {
      c.header("Allow", methods.join(", "));
      throw new ApiError("method_not_allowed");
    });
  }
}

function addAuthorization(app: Hono<OauthEnv>, { ctx, files, findSession }: OauthParts): void {
  app.get(OAUTH_PATHS.authorize, async (c) => {
    const twin = loopbackTwin(ctx.config.PUBLIC_URL, c.req.url);
    if (twin) return noStore(c.redirect(twin, 302));
    const url = new URL(c.req.url);
    if (isForeignHost(c, ctx))
      return c.redirect(ctx.config.PUBLIC_URL + OAUTH_PATHS.authorize + url.search, 302);
    await limitAuthorizations(ctx, c.var.address, ctx.clock.now());
    const browserToken = readBrowserToken(c, ctx) ?? randomToken();
    const outcome = await authorize(ctx, url.search.slice(1), {
      session: await findSession(c.req.raw.headers),
      browserToken,
      address: c.var.address,
    });
    if (outcome.kind === "page") {
      return messagePage(files, 400, {
        title: "This link does not work",
        text: outcome.sentence,
        connecting: true,
      });
    }
    if (outcome.kind === "error") {
      if (outcome.atOnce) return noStore(c.redirect(outcome.url, 302));
      const name = nameFor(outcome.app, c.req.header("accept-language") ?? null);
      return messagePage(files, 400, {
        title: `${name} asked for something that is not possible`,
        text: outcome.sentence,
        connecting: true,
        action: { label: `Return to ${receiverOf(outcome.redirectUri)}`, href: outcome.url },
      });
    }
    setBrowserToken(c, ctx, browserToken);
    return noStore(c.redirect(`${ctx.config.PUBLIC_URL}/connect/${outcome.requestId}`, 302));
  });
}

function addRequests(app: Hono<OauthEnv>, { ctx, files, findSession }: OauthParts): void {
  const visitor = async (c: HonoContext<OauthEnv>): Promise<Visitor> => ({
    browserToken: readBrowserToken(c, ctx) ?? null,
    session: await findSession(c.req.raw.headers),
  });
  app.get(OAUTH_PATHS.requests, async (c) =>
    c.json(
      await viewRequest(ctx, c.req.param("id"), await visitor(c), c.req.header("accept-language") ?? null),
    ),
  );
  app.post(OAUTH_PATHS.device, async (c) => {
    const body = await readOwnJson(c, ctx);
    const session = await findSession(c.req.raw.headers);
    const browserToken = readBrowserToken(c, ctx) ?? randomToken();
    const entered = await enterCode(ctx, { session, browserToken, address: c.var.address }, body);
    setBrowserToken(c, ctx, browserToken);
    return c.json(entered);
  });
  app.post(`${OAUTH_PATHS.requests}/decision`, async (c) => {
    const body = await readOwnJson(c, ctx);
    const who = await visitor(c);
    await decide(ctx, c.req.param("id"), who, body);
    return c.json(await viewDecision(ctx, c.req.param("id"), who));
  });
  app.get(`${OAUTH_PATHS.requests}/continue`, async (c) => {
    // Scanners of links ask so; only who goes there gets a code.
    if (c.req.method === "HEAD") return noStore(c.body(null, 200));
    try {
      return noStore(c.redirect(await continueToApp(ctx, c.req.param("id"), await visitor(c)), 303));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return messagePage(files, error.status, {
        title: "This cannot go on",
        text: error.message,
        connecting: true,
      });
    }
  });
}

function addClientEndpoints(app: Hono<OauthEnv>, { ctx, accessTokens }: OauthParts): void {
  openToPages(app, OAUTH_PATHS.userinfo, "GET");
  app.get(OAUTH_PATHS.userinfo, async (c) => {
    const bearer = bearerOf(c);
    if (!bearer) throw new ApiError("invalid_token", "Send the access token in the Authorization header.");
    return c.json(await userinfo(ctx, accessTokens, { token: bearer, address: c.var.address }));
  });
  openToPages(app, OAUTH_PATHS.registration, "GET, DELETE");
  const management = (c: HonoContext<OauthEnv>) => ({
    clientId: c.req.param("id") ?? "",
    token: bearerOf(c),
    address: c.var.address,
  });
  app.get(OAUTH_PATHS.registration, async (c) => c.json(await readClient(ctx, management(c))));
  app.delete(OAUTH_PATHS.registration, async (c) => {
    await unregisterClient(ctx, management(c));
    return c.body(null, 204);
  });
  if (ctx.config.REGISTRATION === "off") return;
  openToPages(app, OAUTH_PATHS.register, "POST");
  app.post(OAUTH_PATHS.register, async (c) => {
    const incoming = incomingOf(c.env.incoming);
    const body = await readJson(incoming, MAX_BODY_BYTES);
    const registered = await describedPlainly(() =>
      registerClient(ctx, incoming.headers, body, c.var.address),
    );
    return c.json(registered, 201);
  });
}

/** Pages of every origin may call: they send a token of their own, or none, and no cookie. */
function openToPages(app: Hono<OauthEnv>, path: string, methods: string): void {
  app.use(path, async (c, next) => {
    for (const [name, value] of Object.entries(OPEN_TO_PAGES)) c.header(name, value);
    await next();
  });
  app.options(path, (c) => preflight(c, methods));
}

function bearerOf(c: HonoContext<OauthEnv>): string | undefined {
  return /^bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
}

function addMetadata(app: Hono<OauthEnv>, { ctx, signingKeys }: OauthParts): void {
  const open = (c: HonoContext<OauthEnv>, body: object) => {
    c.header("Cache-Control", "public, max-age=300");
    return c.json(body);
  };
  const addOpen = (path: string, body: (c: HonoContext<OauthEnv>) => object | Promise<object>) => {
    if (!path.startsWith(WELL_KNOWN)) openToPages(app, path, "GET");
    app.get(path, async (c) => open(c, await body(c)));
  };
  openToPages(app, `${WELL_KNOWN}*`, "GET");
  addOpen(OAUTH_PATHS.jwks, () => signingKeys.jwks(ctx.clock.now()));
  for (const path of serverMetadataPaths(ctx)) {
    addOpen(path, (c) => {
      // Only the issuer's own host speaks for the issuer.
      if (isForeignHost(c, ctx)) throw new ApiError("not_found");
      return serverMetadata(ctx);
    });
  }
  for (const [path, body] of resourceMetadata(ctx)) addOpen(path, () => body);
  // Also where clients look first for what is not here, such as openid-configuration: there is no id_token.
  app.get(`${WELL_KNOWN}*`, () => {
    throw new ApiError("not_found");
  });
}

/** Whether the request came to another host than that of PUBLIC_URL, when the settings name several. */
function isForeignHost(c: HonoContext<OauthEnv>, { config }: Context): boolean {
  const hosts = [config.PUBLIC_URL, config.API_URL, config.MCP_URL].map((url) => new URL(url).host);
  const host = c.req.header("host")?.toLowerCase() ?? "";
  return host !== hosts[0] && hosts.includes(host);
}

/** The body of what only a page of ours may send. Throws `forbidden` for other origins, and for none. */
async function readOwnJson(c: HonoContext<OauthEnv>, ctx: Context): Promise<unknown> {
  if (c.req.header("origin") !== ctx.config.PUBLIC_URL) {
    throw new ApiError("forbidden", "This may only be sent from a page of this server.");
  }
  return readJson(incomingOf(c.env.incoming), MAX_BODY_BYTES);
}

function setBrowserToken(c: HonoContext<OauthEnv>, ctx: Context, token: string): void {
  setCookie(c, cookieNames(ctx.config).browser, token, {
    httpOnly: true,
    secure: ctx.config.secure,
    sameSite: "Lax",
    path: "/",
    maxAge: 24 * 60 * 60,
  });
}

/** The cookie that ties requests to the browser that began them; several requests share it. */
function readBrowserToken(c: HonoContext<OauthEnv>, ctx: Context): string | undefined {
  const value = getCookie(c, cookieNames(ctx.config).browser);
  return value && /^[\w-]{43}$/.test(value) ? value : undefined;
}

function preflight(c: HonoContext<OauthEnv>, methods: string): Response {
  for (const [name, value] of Object.entries(preflightHeaders(methods))) c.header(name, value);
  return c.body(null, 204);
}

function noStore(response: Response): Response {
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}
