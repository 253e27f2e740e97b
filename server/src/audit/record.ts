import type { Caller, Reader } from "../context.ts";
import { newId } from "../platform/crypto.ts";
import { insertEntry } from "./store.ts";

export interface AuditEntry {
  at: number;
  /** The operation or event, such as `installations.mint`. */
  action: string;
  outcome?: "done" | "refused";
  organizationId?: string | null;
  actor: { type: "user" | "app" | "anyone" | "system"; id: string | null };
  appId?: string | null;
  grantId?: string | null;
  /** The id of what it was done to. */
  target?: string | null;
  /** Facts for people; never credentials. */
  details?: Record<string, unknown>;
}

/** Writes one audit row with the given transaction. */
export async function recordAudit(store: Reader, entry: AuditEntry): Promise<void> {
  await insertEntry(store, {
    id: newId("aud"),
    at: entry.at,
    organizationId: entry.organizationId ?? null,
    action: entry.action,
    outcome: entry.outcome ?? "done",
    actorType: entry.actor.type,
    actorId: entry.actor.id,
    appId: entry.appId ?? null,
    grantId: entry.grantId ?? null,
    target: entry.target ?? null,
    details: JSON.stringify(entry.details ?? {}),
  });
}

/** Who stands in the audit for a caller: the app for tokens, the person for sessions. */
export function actorOf(caller: Caller): Pick<AuditEntry, "actor" | "appId" | "grantId"> {
  switch (caller.kind) {
    case "installation":
      return { actor: { type: "app", id: caller.appId }, appId: caller.appId, grantId: caller.grantId };
    case "access":
      return { actor: { type: "app", id: caller.appId }, appId: caller.appId };
    case "session":
      return { actor: { type: "user", id: caller.userId } };
    case "anyone":
      return { actor: { type: "anyone", id: null } };
  }
}
