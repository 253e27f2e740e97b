import type { ActorType, Via } from "@parlance/contract/actors";

/** Who does something, as audit, changesets, imports and releases store it. */
export interface Actor {
  readonly type: ActorType;
  /** The person, the one for whom an app acts, or who made the key. */
  readonly userId: string | null;
  readonly appId: string | null;
  readonly grantId: string | null;
  /** The API key. */
  readonly apiKeyId: string | null;
  /** An agent and its session, by the names that its program gives them. */
  readonly agentSession: string | null;
}

const UNKNOWN = { userId: null, appId: null, grantId: null, apiKeyId: null, agentSession: null };

/** A caller who presented nothing. */
export const ANYONE: Actor = { type: "anyone", ...UNKNOWN };
/** The server itself, and its operator. */
export const SYSTEM: Actor = { type: "system", ...UNKNOWN };

export function personActor(userId: string): Actor {
  return { ...UNKNOWN, type: "user", userId };
}

/** An app as actor, without a user when it acts for itself. */
export function appActor(ids: { appId: string; userId?: string; grantId?: string }): Actor {
  return { ...UNKNOWN, type: "app", ...ids };
}

/** An API key as actor, with whoever made it. */
export function keyActor(ids: { apiKeyId: string; userId: string }): Actor {
  return { ...UNKNOWN, type: "key", ...ids };
}

/** The id that identifies an actor of its type; null for a type without one. */
export function actorId({ type, userId, appId, apiKeyId }: Actor): string | null {
  return { user: userId, app: appId, key: apiKeyId, anyone: null, system: null }[type];
}

/** The one group of columns in which every table stores an actor. */
export interface ActorColumns {
  actorType: ActorType;
  actorUserId: string | null;
  actorAppId: string | null;
  actorGrantId: string | null;
  actorApiKeyId: string | null;
  actorSession: string | null;
}

export function toColumns(actor: Actor): ActorColumns {
  return {
    actorType: actor.type,
    actorUserId: actor.userId,
    actorAppId: actor.appId,
    actorGrantId: actor.grantId,
    actorApiKeyId: actor.apiKeyId,
    actorSession: actor.agentSession,
  };
}

export function toActor(row: ActorColumns): Actor {
  return {
    type: row.actorType,
    userId: row.actorUserId,
    appId: row.actorAppId,
    grantId: row.actorGrantId,
    apiKeyId: row.actorApiKeyId,
    agentSession: row.actorSession,
  };
}

/** The names of whoever an actor may be; of a row that is read beside its person, app and key. */
export interface ActorNames {
  userName: string | null;
  appName: string | null;
  keyName: string | null;
}

/** The actor of a row as it stands in answers. */
export function namedActor(row: ActorColumns & ActorNames) {
  const { actorType: type, userName, appName, keyName } = row;
  const name = { user: userName, app: appName, key: keyName, anyone: null, system: null }[type];
  return { type, id: actorId(toActor(row)), name, agent: row.actorSession };
}

/** The door a write came through; null for one that no call of an operation made, such as a consent. */
export type WrittenVia = Via | null;
