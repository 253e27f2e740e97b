import type { Scope } from "./contract.ts";

/** What is kept of one grant: one user of yours, one organization of theirs. The tokens are as good as passwords. */
export interface Connection {
  /** Yours to name the connection by; it stays when the user connects again. */
  readonly id: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly organizationSlug: string;
  /** For people; the slug, where the name could not be had. */
  readonly organizationName: string;
  /** Stays while the grant lives, and is another after a revoke. */
  readonly grantId: string;
  /** What the user allowed, as the last approval said. */
  readonly scopes: readonly Scope[];
  /** Empty means all projects, present and future. */
  readonly projectIds: readonly string[];
  readonly refreshToken: string;
  readonly accessToken: string | null;
  /** Epoch milliseconds, by the clock of whoever refreshed. */
  readonly accessTokenExpiresAt: number;
  /** Epoch milliseconds; set once the server said that the grant is gone. */
  readonly revokedAt: number | null;
  /** Another one with every approval, so that no token of the one before is used on. */
  readonly approval: string;
  /** Set while one process refreshes; others wait for what it stores. */
  readonly lease: string | null;
  /** Another one with every write: what `replace` compares. */
  readonly version: string;
}

/** An authorization that has begun. */
export interface PendingAuthorization {
  readonly state: string;
  readonly userId: string;
  readonly codeVerifier: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

/** How long a user may take from your button to your callback: they may have to sign up and confirm an e-mail first. */
export const PENDING_MS = 60 * 60_000;

/**
 * Where connections are kept, of one app at one server: another server would be sent the tokens of the first. `memoryStore` is
 * for tests and single processes; `sqlStore` and `kvStore` in `@parlance/sdk/stores` are for the rest, or to start from. Several
 * processes may use one at the same time, which is why `upsert`, `replace` and `finish` have to be one step each.
 */
export interface ConnectionStore {
  find(id: string): Promise<Connection | undefined>;
  /** All connections of a user, the revoked ones too. */
  list(userId: string): Promise<readonly Connection[]>;
  /** Stores it, or replaces the one of the same user and organization, whose `id` it keeps. Answers what is stored. */
  upsert(connection: Connection): Promise<Connection>;
  /** Replaces the row only while it still has this version; answers whether it had. */
  replace(next: Connection, version: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  /** Keeps an authorization that begins; it may be dropped an hour later (`PENDING_MS`). */
  begin(pending: PendingAuthorization): Promise<void>;
  /** Takes it out: only the first caller gets it, and only for the same user. */
  finish(state: string, userId: string): Promise<PendingAuthorization | undefined>;
}
