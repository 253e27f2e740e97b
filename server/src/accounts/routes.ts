import { pointerTo } from "@parlance/contract/json-pointer";
import { name } from "@parlance/contract/operation";
import { toStorable } from "@parlance/contract/storable";
import { Hono, type Context as HonoContext } from "hono";
import { parse as parseCookies } from "hono/utils/cookie";
import { z } from "zod";
import type { Context } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { networkOf } from "../platform/client-address.ts";
import { cookieNames } from "../platform/cookie-names.ts";
import type { Limit } from "../platform/rate-limit.ts";
import { readText } from "../platform/read-body.ts";
import { findUnstorable } from "../platform/storable.ts";
import { askedHere, markBrowser } from "./asking-browser.ts";
import { Guesses, type Verdict } from "./guesses.ts";
import { ADDRESS_HEADER, BASE_PATH, type SignInLibrary } from "./sign-in-library.ts";

/** What the app sets before these routes run: the resolved address of the client. */
export interface AccountEnv {
  Variables: { address: string };
}

interface Hooks {
  passwordChanged(userId: string): Promise<void>;
}

interface Post {
  /** What the library receives; unknown fields are dropped, so that no other option of it can be reached. */
  body: z.ZodType<Record<string, unknown>>;
  /** Requests of one network, whatever comes of them; `guess` for what checks a password, where wrong ones count. */
  limit: Limit | "guess";
  /** Mails a verification link, which signs in only in this browser. */
  asksForLink?: true;
  /** What the page receives; defaults to `{ status: true }`. */
  answer?: (body: LibraryBody) => unknown;
}

interface LibraryBody {
  user?: Record<string, unknown>;
  session?: Record<string, unknown>;
}

const MAX_BODY_BYTES = 64 * 1024;
/** Paths are parsed against an origin; which one does not matter. */
const PLACEHOLDER = "https://here.invalid";

const email = z.string().max(254);
// Longer than any password that is accepted, so that the library's own refusal answers.
const password = z.string().max(1000);
const path = z.string().max(2000).refine(staysHere, "must be a path of this server").optional();

const MINUTE = 60;
const MAILS: Limit = { count: 10, seconds: 10 * MINUTE, ofStrangers: true };
const PLENTY: Limit = { count: 200, seconds: MINUTE, ofStrangers: true };
/** What the library says of a wrong password; of a session that is none only the status. */
const WRONG = ["INVALID_EMAIL_OR_PASSWORD", "INVALID_PASSWORD"];

/** The library's endpoints that exist here, under its own paths. Everything else it could do answers 404. */
const POSTS: Record<string, Post> = {
  "/sign-up/email": {
    body: z.object({ name, email, password, callbackURL: path }),
    limit: { count: 20, seconds: 10 * MINUTE, ofStrangers: true },
    asksForLink: true,
    // No answer of its own: the same bytes whether or not the address had an account.
  },
  "/sign-in/email": {
    body: z.object({ email, password, rememberMe: z.boolean().optional() }),
    limit: "guess",
    answer: ({ user }) => ({ user }),
  },
  "/sign-out": { body: z.object({}), limit: PLENTY },
  "/send-verification-email": {
    body: z.object({ email, callbackURL: path }),
    limit: MAILS,
    asksForLink: true,
  },
  "/request-password-reset": { body: z.object({ email, redirectTo: path }), limit: MAILS },
  "/reset-password": {
    body: z.object({ newPassword: password, token: z.string().max(200) }),
    limit: { count: 60, seconds: MINUTE, ofStrangers: true },
  },
  "/change-password": {
    body: z
      .object({ currentPassword: password, newPassword: password })
      .transform((body) => ({ ...body, revokeOtherSessions: true })),
    limit: "guess",
    answer: ({ user }) => ({ user }),
  },
};

/**
 * The account endpoints of the sign-in library. Refusals before the library are ours (`error`, `error_description`),
 * the library's own keep its form (`code`, `message`). Session tokens live in the cookie only.
 */
export function accountRoutes(
  context: Context,
  { library, signingIn }: { library: SignInLibrary; signingIn: SignInLibrary },
  hooks: Hooks,
): Hono<AccountEnv> {
  const app = new Hono<AccountEnv>().basePath(BASE_PATH);
  const limited = limiting(context);
  for (const [at, post] of Object.entries(POSTS)) {
    app.post(at, async (c) => {
      const fields = await checked(c, context.config.PUBLIC_URL, post);
      const send = () => library.handler(forwarded(c, JSON.stringify(fields)));
      const response = await limited(c, post, fields, send);
      refuse(response);
      if (!response.ok) return notStored(response, response.body);
      const body = (await response.json()) as LibraryBody;
      if (at === "/change-password") await hooks.passwordChanged(String(body.user?.id));
      const shown = notStored(response, JSON.stringify(post.answer?.(body) ?? { status: true }));
      if (post.asksForLink) shown.headers.append("set-cookie", markBrowser(context, String(fields.email)));
      return shown;
    });
  }
  app.get("/get-session", async (c) => {
    const response = await library.handler(forwarded(c));
    refuse(response);
    const body = (await response.json()) as LibraryBody | null;
    const { token: _token, ...session } = body?.session ?? {};
    return notStored(response, JSON.stringify(body && { session, user: body.user }));
  });
  app.get("/verify-email", async (c) => {
    if (!(c.req.queries("callbackURL") ?? []).every(staysHere))
      throw new ApiError("invalid_request", "The link is damaged.");
    await takeRate(context, c, PLENTY);
    const here = askedHere(context, c.req.header("cookie"), c.req.query("token"));
    const response = await (here ? signingIn : library).handler(forwarded(c));
    refuse(response);
    return notStored(response, response.body);
  });
  return app;
}

type Send = () => Promise<Response>;

/** Sends a post to the library within its limit. Tests that are not about limits run without. */
function limiting(context: Context) {
  const guesses = new Guesses();
  const check = async (send: Send) => {
    const answer = await send();
    return { answer, verdict: await verdictOf(answer) };
  };
  return async (c: HonoContext<AccountEnv>, post: Post, fields: Record<string, unknown>, send: Send) => {
    if (context.config.NODE_ENV === "test") return send();
    if (post.limit !== "guess") {
      await takeRate(context, c, post.limit);
      return send();
    }
    const session = parseCookies(c.req.header("cookie") ?? "")[cookieNames(context.config).session];
    const account = String(fields.email ?? session ?? "nobody");
    return guesses.admit({ account, address: c.get("address"), now: context.clock.now() }, () => check(send));
  };
}

async function verdictOf(answer: Response): Promise<Verdict> {
  if (answer.ok) return "right";
  const { code } = ((await answer
    .clone()
    .json()
    .catch(() => null)) ?? {}) as { code?: string };
  return answer.status === 401 || WRONG.includes(code ?? "") ? "wrong" : "undecided";
}

/** Throws `rate_limited`. */
async function takeRate(context: Context, c: HonoContext<AccountEnv>, limit: Limit): Promise<void> {
  if (context.config.NODE_ENV === "test") return;
  const key = `sign-in:${c.req.path}:${networkOf(c.get("address"))}`;
  const { allowed, resetSeconds } = await context.limiter.take(key, limit, context.clock.now());
  if (!allowed) throw new ApiError("rate_limited", undefined, { retryAfterSeconds: resetSeconds });
}

/** Whether the address leads to this server. The library lets `/.//host` pass, which becomes `//host`. */
function staysHere(address: string): boolean {
  if (!/^\/[^\\\p{Cc}\s]*$/u.test(address) || !URL.canParse(address, PLACEHOLDER)) return false;
  const url = new URL(address, PLACEHOLDER);
  return url.origin === PLACEHOLDER && !url.pathname.startsWith("//");
}

/** The fields that the library receives. Throws what our own checks refuse. */
async function checked(
  c: HonoContext<AccountEnv>,
  origin: string,
  post: Post,
): Promise<Record<string, unknown>> {
  // The session cookie is SameSite=Lax; this is the second lock, also against signing a person in to a stranger's account.
  if (c.req.header("origin") !== origin) {
    throw new ApiError("forbidden", "This may only be sent from a page of this server.");
  }
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("content-type") ?? "")) {
    throw new ApiError("unsupported_media_type", "Send JSON.");
  }
  const parsed = post.body.safeParse(parse(await readText(c.req.raw, MAX_BODY_BYTES)));
  if (!parsed.success) {
    const errors = parsed.error.issues.map((issue) => ({
      pointer: pointerTo(issue.path),
      code: issue.code,
      expected: toStorable(issue.message),
    }));
    throw new ApiError(
      "invalid_request",
      `${errors[0]?.pointer.slice(1) || "The body"}: ${errors[0]?.expected}`,
      {
        errors,
      },
    );
  }
  const unstorable = findUnstorable(parsed.data);
  if (unstorable !== null) {
    throw new ApiError("invalid_request", `${unstorable.slice(1)}: must be valid text`, {
      errors: [{ pointer: unstorable, code: "invalid_text" }],
    });
  }
  return parsed.data;
}

function forwarded(c: HonoContext<AccountEnv>, body?: string): Request {
  const headers = new Headers(c.req.raw.headers);
  headers.delete("content-length");
  headers.set(ADDRESS_HEADER, c.get("address"));
  return new Request(c.req.raw.url, { method: c.req.method, headers, ...(body !== undefined && { body }) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("invalid_request", "The body is not JSON.");
  }
}

/** Throws our own error, where the library answers without our headers and request id. */
function refuse(response: Response): void {
  // The library logs the reason and does not return it; the cause is the database.
  if (response.status >= 500)
    throw new ApiError("temporarily_unavailable", undefined, { detail: "sign-in library" });
}

/** The library's status, headers and cookies with the body that leaves. */
function notStored(response: Response, body: ConstructorParameters<typeof Response>[0]): Response {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("cache-control", "no-store");
  return new Response(body, { status: response.status, headers });
}
