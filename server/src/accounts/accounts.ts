import type { Hono } from "hono";
import { recordAudit } from "../audit/record.ts";
import type { Context, Transaction } from "../context.ts";
import { personActor } from "../database/actor.ts";
import { ApiError } from "../platform/api-error.ts";
import { deleteUser } from "./delete-user.ts";
import { AccountListeners, type UserListener } from "./listeners.ts";
import { type AccountEnv, accountRoutes } from "./routes.ts";
import { type Session, session } from "./session.ts";
import { buildLibrary, type SignInLibrary } from "./sign-in-library.ts";

interface NewUser {
  name: string;
  email: string;
  password: string;
  /** Whether the address counts as verified without a mail. */
  verified: boolean;
}

export interface Accounts {
  /** Everything under `/api/auth/*` that is about people. */
  readonly routes: Hono<AccountEnv>;
  /** Who is signed in by the cookie in these headers; reads the database every time. */
  session(headers: Headers): Promise<Session | null>;
  /** For the command line, the sample and tests; sends no mail. Throws `conflict` when the address has an account. */
  createUser(user: NewUser): Promise<{ id: string }>;
  /** Deletes a person; answers whether they existed. */
  deleteUser(tx: Transaction, userId: string, now: number): Promise<boolean>;
  /** Calls the listener before a person is deleted. */
  onUserDeleted(listener: UserListener): void;
}

/** Opens sign-in and sessions; the tables have to exist. */
export function openAccounts(context: Context): Accounts {
  const listeners = new AccountListeners();
  const recordChange = (userId: string, action: string) =>
    context.db.write((tx) =>
      recordAudit(tx, { at: context.clock.now(), action, actor: personActor(userId), target: userId }),
    );
  const hooks = {
    async passwordReset(userId: string) {
      // The link came by mail, so the address is proved; a stranger who signed up with it first is out from here on.
      const { internalAdapter } = await library.$context;
      await internalAdapter.updateUser(userId, { emailVerified: true });
      await recordChange(userId, "account.password_reset");
    },
  };
  const library: SignInLibrary = buildLibrary(context, { ...hooks, signInByLink: false });
  // The option stands for all requests of an instance, and only some browsers may be signed in by a link.
  const signingIn = buildLibrary(context, { ...hooks, signInByLink: true });
  return {
    routes: accountRoutes(
      context,
      { library, signingIn },
      {
        passwordChanged: (userId) => recordChange(userId, "account.password_changed"),
      },
    ),
    session: (headers) => findSession(library, headers),
    createUser: (user) => createUser(library, user),
    deleteUser: (tx, userId, now) => deleteUser(tx, listeners, userId, now),
    onUserDeleted: (listener) => listeners.onUserDeleted(listener),
  };
}

async function findSession(library: SignInLibrary, headers: Headers): Promise<Session | null> {
  if (!headers.has("cookie")) return null;
  // A refresh would move the row's expiry without moving the cookie's: only /get-session does both.
  const found = await library.api
    .getSession({ headers, query: { disableRefresh: true } })
    .catch((error: unknown) => refuseLater(error));
  if (!found) return null;
  const { user } = found;
  return session({
    sessionId: found.session.id,
    userId: user.id,
    name: user.name,
    email: user.email,
    emailVerified: user.emailVerified,
  });
}

/** The library logs why it failed and says only that it did; all it did was query the database. */
function refuseLater(error: unknown): never {
  const failed = (error as { statusCode?: number } | null)?.statusCode === 500;
  throw failed ? new ApiError("temporarily_unavailable", undefined, { detail: "sign-in library" }) : error;
}

async function createUser(library: SignInLibrary, { name, email, password, verified }: NewUser) {
  const { internalAdapter, password: hasher } = await library.$context;
  const address = email.toLowerCase();
  if (await internalAdapter.findUserByEmail(address)) {
    throw new ApiError("conflict", "There is an account with this address already.");
  }
  const hash = await hasher.hash(password);
  const user = await internalAdapter.createUser(
    { name, email: address, emailVerified: verified },
    { method: "admin" },
  );
  await internalAdapter.linkAccount({
    userId: user.id,
    providerId: "credential",
    accountId: user.id,
    password: hash,
  });
  return { id: user.id };
}
