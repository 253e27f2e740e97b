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

/** A project that a call named, resolved and found inside the caller's reach, with its organization. */
export interface PlacedProject extends ProjectTable {
  readonly organizationSlug: string;
}

/** Who acts, when, and on what: what use cases are given, by the call of a door and by background work alike. */
export interface Work<Store extends Reader = Reader> extends Context {
  readonly caller: Caller;
  /** Where to read, or the open transaction of a write. Never use `db` while a transaction is open. */
  readonly store: Store;
  /** In epoch milliseconds. */
  readonly now: number;
}

/** One call of one operation. */
export interface Call<Store extends Reader = Reader> extends Work<Store> {
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

export type ReadCall = Call<Reader>;
export type WriteCall = Call<Transaction>;

type Declared<Name extends OperationName> = (typeof OPERATIONS)[Name];

/** What an operation works with, by what it declares. */
export type CallOf<Name extends OperationName> =
  Declared<Name> extends { ownTransactions: true }
    ? ReadCall
    : Declared<Name>["effect"] extends "read"
      ? ReadCall
      : WriteCall;

/** What the path of an operation has named, resolved and checked against the caller. */
export type PlaceOf<Path extends string> = Path extends `${string}:project${string}`
  ? { readonly reach: Reach; readonly project: PlacedProject }
  : Path extends `${string}:organization${string}`
    ? { readonly reach: Reach }
    : unknown;

export type Handler<Name extends OperationName> = (
  call: CallOf<Name> & PlaceOf<Declared<Name>["path"]>,
  input: Input<Name>,
) => Promise<Output<Name>>;

/** A missing handler is a compile error. */
export type Handlers<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: Handler<Name>;
};

export type { Database, Reader, Transaction };
