import type { Input, OPERATIONS, OperationName, Output } from "@parlance/contract/operations";
import type { Role } from "@parlance/contract/roles";
import type { Scope } from "@parlance/contract/scopes";
import type { Database, Reader, Transaction } from "./database/open.ts";
import type { ProjectTable } from "./database/schema.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import type { Keyring } from "./platform/crypto.ts";
import type { Log } from "./platform/log.ts";
import type { Mailer } from "./platform/mail.ts";
import type { RateLimiter } from "./platform/rate-limit.ts";

/** What every part of the server is given once, at start. */
export interface Context {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly mail: Mailer;
  readonly limiter: RateLimiter;
  /** Named crash points for tests; does nothing otherwise. */
  readonly crash: (point: string) => void;
}

/** What a caller may do in one organization, at this moment. */
export interface Reach {
  readonly organization: { readonly id: string; readonly slug: string; readonly name: string };
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** `all` includes future projects; a list may be empty and then means none. */
  readonly projects: "all" | readonly string[];
}

/** Who is asking. */
export type Caller =
  | {
      readonly kind: "installation";
      readonly tokenHash: string;
      readonly familyId: string;
      readonly grantId: string;
      readonly appId: string;
      readonly userId: string;
      readonly reach: Reach;
      /** What the grant and role hold now, which may be more than this token does. */
      readonly grantScopes: readonly Scope[];
    }
  | {
      readonly kind: "access";
      readonly familyId: string;
      readonly appId: string;
      readonly userId: string;
      /** The scopes of this one access token: no wider than its family's. */
      readonly scopes: readonly Scope[];
    }
  | {
      readonly kind: "session";
      readonly sessionId: string;
      readonly userId: string;
      readonly name: string;
      readonly email: string;
      readonly emailVerified: boolean;
    }
  | { readonly kind: "anyone" };

/** One call of one operation: who, when, from where, and the database to use. */
export interface Call extends Context {
  readonly caller: Caller;
  /** The open transaction of a write; outside of transactions for a read. Never use `db` inside a handler's write. */
  readonly store: Reader;
  readonly now: number;
  readonly requestId: string;
  readonly address: string;
  /** The revision in `If-Match`, of operations that take it. */
  readonly expectedRevision?: number | undefined;
  /** The body of an operation that takes bytes, to be read once. */
  readonly bytes?: AsyncIterable<Uint8Array> | undefined;
  /** Runs after the commit: mails, caches. Its failure is logged and does not fail the call. */
  afterCommit(work: () => Promise<void> | void): void;
  /** Adds facts to the audit row of this call. Never credentials. */
  note(details: Record<string, unknown>): void;
  /** Writes the audit row of an operation with `ownTransactions` in the transaction that does it; else it follows after. */
  audit(tx: Transaction): Promise<void>;
}

/** What the path of an operation has named, resolved and checked against the caller. */
export type PlaceOf<Path extends string> = Path extends `${string}:project${string}`
  ? { readonly reach: Reach; readonly project: ProjectTable }
  : Path extends `${string}:organization${string}`
    ? { readonly reach: Reach }
    : unknown;

export type Handler<Name extends OperationName> = (
  call: Call & PlaceOf<(typeof OPERATIONS)[Name]["path"]>,
  input: Input<Name>,
) => Promise<Output<Name>>;

/** A missing handler is a compile error. */
export type Handlers<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: Handler<Name>;
};

export type { Database, Reader, Transaction };
