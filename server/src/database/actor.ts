import type { ActorType, Via } from "@parlance/contract/actors";

/** Who does something, as audit, changesets, imports and releases keep it. */
export interface Actor {
  readonly type: ActorType;
  /** The person, or the one for whom an app acts. */
  readonly userId: string | null;
  readonly appId: string | null;
  readonly grantId: string | null;
  /** The API key. */
  readonly apiKeyId: string | null;
  /** Of an agent, as it calls it itself. */
  readonly agentSession: string | null;
}

const UNKNOWN = { userId: null, appId: null, grantId: null, apiKeyId: null, agentSession: null };

/** Somebody who presented nothing. */
export const ANYONE: Actor = { type: "anyone", ...UNKNOWN };
/** The server by itself, and its operator. */
export const SYSTEM: Actor = { type: "system", ...UNKNOWN };

export function personActor(userId: string): Actor {
  return { ...UNKNOWN, type: "user", userId };
}

/** An app; without a user where it acts for itself. */
export function appActor(ids: { appId: string; userId?: string; grantId?: string }): Actor {
  return { ...UNKNOWN, type: "app", ...ids };
}

/** The id by which an actor of its type is known; null for one without. */
export function actorId({ type, userId, appId, apiKeyId }: Actor): string | null {
  return { user: userId, app: appId, key: apiKeyId, anyone: null, system: null }[type];
}

/** The one group of columns in which every table keeps an actor. */
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

/** How answers name the actor of a row that was read beside the names of people and apps. */
export function namedActor(row: ActorColumns & { userName: string | null; appName: string | null }) {
  const { actorType: type } = row;
  const name = type === "user" ? row.userName : type === "app" ? row.appName : null;
  return { type, id: actorId(toActor(row)), name };
}

/** Which door a write came through; null for what no call of an operation did, such as a consent. */
export type WrittenVia = Via | null;
