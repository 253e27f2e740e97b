import { PASSWORD } from "@parlance/contract/passwords";
import { type BetterAuthOptions, betterAuth } from "better-auth";
import type { Context } from "../context.ts";
import { readsApart } from "../database/reads-apart.ts";
import { cookieNames } from "../platform/cookie-names.ts";
import { newId } from "../platform/crypto.ts";
import type { Mail } from "../platform/mail.ts";
import { existingAccountMail, passwordResetMail, verificationMail } from "./mails.ts";

const HOUR = 3600;
const DAY = 24 * HOUR;

export const BASE_PATH = "/api/auth";
/** Our routes set this header on every request, which overwrites whatever came from outside under its name. */
export const ADDRESS_HEADER = "x-parlance-client-address";
/** The limit of mails to one address, whoever requests them. */
const MAIL_LIMIT = { count: 10, seconds: HOUR, ofStrangers: true } as const;

export type SignInLibrary = ReturnType<typeof buildLibrary>;

interface LibraryHooks {
  /** Called when a person proved to own the mailbox and chose a new password; sessions end right after. */
  passwordReset(userId: string): Promise<void>;
  /** Whether opening a verification link also signs in. */
  signInByLink: boolean;
}

/**
 * better-auth over our tables. It runs every statement by itself (`transaction: false`): a transaction of its own would
 * hold SQLite's only writer while a password is hashed. A sign-up cut off between its two inserts is repaired by
 * "forgotten password".
 */
export function buildLibrary(context: Context, hooks: LibraryHooks) {
  const { config, db, keyring } = context;
  return betterAuth({
    baseURL: config.PUBLIC_URL,
    basePath: BASE_PATH,
    trustedOrigins: [config.PUBLIC_URL],
    secret: (keyring.derive("sign-in") as Buffer).toString("hex"),
    database: { db: readsApart(db), type: db.engine, transaction: false },
    user: { modelName: "users" },
    session: {
      modelName: "sessions",
      expiresIn: 7 * DAY,
      updateAge: DAY,
      cookieCache: { enabled: false },
    },
    account: { modelName: "accounts" },
    // The library stores the tokens of reset links in clear otherwise.
    verification: { modelName: "verifications", storeIdentifier: "hashed" },
    // Its windows begin anew only after silence, and right passwords count: our routes have limits of their own.
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: PASSWORD.min,
      maxPasswordLength: PASSWORD.max,
      // A sign-up that also signs in would reveal whether the address had an account.
      autoSignIn: false,
      resetPasswordTokenExpiresIn: HOUR,
      revokeSessionsOnPasswordReset: true,
      onExistingUserSignUp: ({ user }) => send(context, existingAccountMail(user, config.PUBLIC_URL)),
      sendResetPassword: ({ user, url, token }) =>
        send(context, passwordResetMail(user, resetLink(config.PUBLIC_URL, url, token))),
      onPasswordReset: ({ user }) => hooks.passwordReset(user.id),
    },
    emailVerification: {
      sendOnSignUp: true,
      autoSignInAfterVerification: hooks.signInByLink,
      expiresIn: HOUR,
      sendVerificationEmail: ({ user, url }) => send(context, verificationMail(user, url)),
    },
    advanced: advanced(context),
    telemetry: { enabled: false },
    onAPIError: {
      onError(error) {
        const { statusCode } = error as { statusCode?: number };
        // Whatever is no answer of the library goes on to our own handler; it would be printed past our log otherwise.
        if (statusCode === undefined) throw error;
        // A refusal is not worth a line in the log.
        if (statusCode >= 500) context.log.error({ err: error, part: "sign-in" }, "sign-in library");
      },
    },
    logger: {
      level: "warn",
      // Only the sentence: further arguments may hold rows.
      log: (level, message) => context.log[level]({ part: "sign-in" }, message),
    },
  });
}

function advanced(context: Context) {
  const { secure } = context.config;
  const { session, brief } = cookieNames(context.config);
  return {
    // Our names say `__Host-`; the library's own switch would only say `__Secure-`.
    useSecureCookies: false,
    defaultCookieAttributes: { secure, httpOnly: true, sameSite: "lax", path: "/" },
    cookies: {
      session_token: { name: session },
      dont_remember: { name: brief },
    },
    ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    database: {
      generateId: ({ model }) => newId(ID_PREFIX[model] ?? "row"),
      // Our migrations own the tables, and every test runs against them.
      validateSchema: false,
    },
    // Both are off by default under NODE_ENV=test.
    disableCSRFCheck: false,
    disableOriginCheck: false,
    // Mails leave after the answer, so its time does not reveal whether an address has an account.
    backgroundTasks: {
      handler: (work) => {
        work.catch((error: unknown) => context.log.error({ err: error, part: "sign-in" }, "background task"));
      },
    },
  } satisfies BetterAuthOptions["advanced"];
}

const ID_PREFIX: Record<string, string> = {
  user: "usr",
  session: "ses",
  account: "acc",
  verification: "ver",
};

/** A mail that cannot be sent is logged, not answered: the answer would reveal whether the address has an account. */
async function send(context: Context, mail: Mail): Promise<void> {
  try {
    const key = `sign-in-mail:${mail.to.toLowerCase()}`;
    const { allowed } = await context.limiter.take(key, MAIL_LIMIT, context.clock.now());
    if (allowed) await context.mail.send(mail);
  } catch (error) {
    context.log.error({ err: error, part: "sign-in" }, "a mail could not be sent");
  }
}

/** A link straight to our page, with the query of the page that requested it (where to go afterwards). */
function resetLink(publicUrl: string, libraryUrl: string, token: string): string {
  const link = new URL("/reset-password", publicUrl);
  const asked = new URL(new URL(libraryUrl).searchParams.get("callbackURL") ?? "", publicUrl);
  const next = asked.searchParams.get("next");
  if (next) link.searchParams.set("next", next);
  link.searchParams.set("token", token);
  return link.href;
}
