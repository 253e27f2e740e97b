import type { Via } from "@parlance/contract/actors";
import type { AccessKind, Declaration } from "@parlance/contract/operation";
import type { OPERATIONS, OperationName } from "@parlance/contract/operations";
import type { Role } from "@parlance/contract/roles";
import type { Scope } from "@parlance/contract/scopes";
import type { TOOLS, ToolName } from "@parlance/contract/tools";
import type { z } from "zod";
import type { Actor } from "./database/actor.ts";
import type { Database, Reader, Transaction } from "./database/open.ts";
import type { ProjectTable } from "./database/schema.ts";
import type { Clock } from "./platform/clock.ts";
import type { Config } from "./platform/config.ts";
import type { Keyring } from "./platform/crypto.ts";
import type { Log } from "./platform/log.ts";
import type { Mailer } from "./platform/mail.ts";
import type { NodeIdentity } from "./platform/node-identity.ts";
import type { RateLimiter } from "./platform/rate-limit.ts";
import type { Strangers } from "./platform/strangers.ts";

/** What every part of the server is given once, at start. */
export interface Context {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyring: Keyring;
  readonly mail: Mailer;
  readonly limiter: RateLimiter;
  readonly node: NodeIdentity;
  /** Of this process. */
  readonly strangers: Strangers;
  /** Named crash points for tests; does nothing otherwise. */
  readonly crash: (point: string) => void;
}

export interface Organization {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
}

/** What a caller may do in one organization, at this moment. */
export interface Reach {
  readonly organization: Organization;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  /** What a token that is minted now would hold, which may be more than this one does; undefined without a grant. */
  readonly grantScopes?: readonly Scope[];
  /** `all` includes future projects; a list may be empty and then means none. */
  readonly projects: "all" | readonly string[];
  /** The grant that it comes from, of a caller who holds several. */
  readonly grantId?: string;
}

/** A project that a call named, resolved and found inside the caller's reach, with its organization. */
export interface PlacedProject extends ProjectTable {
  readonly organizationSlug: string;
}

/**
 * What a caller presented, and which ways in that opens. The folder of the credential adds what it knows of it and looks
 * at it there; `access` asks what it opens. Nobody else looks at it.
 */
export interface Authority {
  /** Of `OPENS` in `contract/credentials`. */
  readonly kind: string;
  readonly opens: readonly AccessKind[];
}

/** Who is asking: whom to write down, by what right, and what follows from it. */
export interface Caller {
  readonly actor: Actor;
  readonly authority: Authority;
  /** Names its window of the rate limit; null where only the network tells callers apart. */
  readonly limitKey: string | null;
  /** Whose idempotency keys it uses; null for somebody without a name to keep them under. */
  readonly idempotencyOwner: string | null;
  /** Of a credential that belongs to one organization: what it may do there. Null for others, who name one. */
  readonly home: Reach | null;
  /** What a credential holds in any organization; empty for a person, whose role says it where they are. */
  readonly held: readonly Scope[];
  /**
   * What it may do in an organization, named by id or slug. Throws `wrong_organization` for one that is not the
   * credential's, existing or not, and `not_found` for one that the person does not belong to.
   */
  reachIn(store: Reader, organization: string): Promise<Reach>;
  /** The organizations it reaches, by slug. */
  organizations(
    store: Reader,
    page: { after: string | undefined; limit: number },
  ): Promise<readonly Organization[]>;
}

/** Who acts, when, and on what: what use cases are given, by the call of a door and by background work alike. */
export interface Work<Store extends Reader = Reader> extends Context {
  readonly actor: Actor;
  readonly via: Via;
  /** Where to read, or the open transaction of a write. Never use `db` while a transaction is open. */
  readonly store: Store;
  /** In epoch milliseconds. */
  readonly now: number;
}

export type WriteWork = Work<Transaction>;

/** What background work does, in a transaction of its own; nobody waits for an answer. */
export function workCall(ctx: Context, facts: Pick<WriteWork, "actor" | "via" | "store" | "now">): WriteWork {
  return { ...ctx, ...facts };
}

/** One call of one operation or tool. */
export interface Call<Store extends Reader = Reader> extends Work<Store> {
  readonly caller: Caller;
  readonly requestId: string;
  readonly address: string;
  /** Who holds by now what the caller presented, for a call that waits. Throws what identifying throws. */
  findAgain(): Promise<Caller>;
  /** Aborted when nobody waits for the answer any more, where the door knows that. */
  readonly gone?: AbortSignal | undefined;
  /** The revision that the caller expects, of operations that take one. */
  readonly expectedRevision?: number | undefined;
  /** Runs after the commit: mails, caches. Its failure is logged and does not fail the call. */
  afterCommit(work: () => Promise<void> | void): void;
  /** Adds facts to the audit row of this call. Never credentials. */
  note(details: Record<string, unknown>): void;
  /** Says in whose audit the call stands, done or refused, where only the rows that it names tell: checked already. */
  standIn(reach: Reach): void;
}

export type ReadCall = Call<Reader>;
export type WriteCall = Call<Transaction>;

/** A call of an operation that opens its own transactions. */
export interface OwnCall<Answer = unknown> extends ReadCall {
  /** The body of an operation that takes bytes, to be read once. */
  readonly bytes?: AsyncIterable<Uint8Array> | undefined;
  /**
   * Belongs into the transaction that does the deed: writes the audit row, and keeps the answer for the caller's
   * idempotency key. Throws `conflict` when the deed took so long that another call with the key does it.
   */
  settle(tx: Transaction, answer: Answer): Promise<void>;
}

/** What a handler works with, by what is declared. */
export type CallOf<Declared extends Declaration> = Declared extends { ownTransactions: true }
  ? OwnCall<z.output<Declared["output"]>>
  : Declared["effect"] extends "read"
    ? ReadCall
    : WriteCall;

/** What a call has named, resolved and checked against the caller. */
export type PlacedOf<Declared extends Declaration> = Declared extends { names: "project" }
  ? { readonly reach: Reach; readonly project: PlacedProject }
  : Declared extends { names: "organization" } | { organizationField: string }
    ? { readonly reach: Reach }
    : unknown;

/** What does the declared thing, in whatever dialect it is declared. */
export type HandlerOf<Declared extends Declaration> = (
  call: CallOf<Declared> & PlacedOf<Declared>,
  input: z.output<Declared["input"]>,
) => Promise<z.output<Declared["output"]>>;

/** A missing handler is a compile error. */
export type Handlers<Names extends OperationName = OperationName> = {
  readonly [Name in Names]: HandlerOf<(typeof OPERATIONS)[Name]>;
};

/** A missing tool is a compile error too. */
export type ToolHandlers<Names extends ToolName = ToolName> = {
  readonly [Name in Names]: HandlerOf<(typeof TOOLS)[Name]>;
};

export type { Actor, Database, Reader, Transaction };
