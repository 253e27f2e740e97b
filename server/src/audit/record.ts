import type { Actor, Transaction } from "../context.ts";
import { toColumns, type WrittenVia } from "../database/actor.ts";
import { newId } from "../platform/crypto.ts";
import { requestOrigin } from "../platform/request-origin.ts";
import { insertEntry } from "./store.ts";

export interface AuditEntry {
  /** When it happened, in epoch milliseconds. */
  at: number;
  /** The operation or event, such as `installations.mint`. */
  action: string;
  outcome?: "done" | "refused";
  organizationId?: string | null | undefined;
  actor: Actor;
  /** Left out where no call of an operation did it. */
  via?: WrittenVia;
  /** The app and grant concerned, whoever did it. */
  appId?: string | null | undefined;
  grantId?: string | null | undefined;
  /** The id of the target. */
  target?: string | null | undefined;
  /** Facts for people; never credentials. */
  details?: Record<string, unknown>;
}

/** Writes one audit row with the given transaction, and which request it belongs to. */
export async function recordAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  const origin = requestOrigin();
  await insertEntry(tx, {
    id: newId("aud"),
    at: entry.at,
    organizationId: entry.organizationId ?? null,
    action: entry.action,
    outcome: entry.outcome ?? "done",
    ...toColumns(entry.actor),
    via: entry.via ?? null,
    appId: entry.appId ?? null,
    grantId: entry.grantId ?? null,
    target: entry.target ?? null,
    details: JSON.stringify(entry.details ?? {}),
    requestId: origin?.requestId ?? null,
    address: origin?.address ?? null,
  });
}
