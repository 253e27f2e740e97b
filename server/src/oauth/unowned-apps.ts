import type { Reader } from "../context.ts";
import { selectUnownedApps, type UnownedApp } from "./store-unowned.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * A line for each app that nobody here registered, oldest first: its id, age, whether a person approved it or when it goes,
 * how many connections and chains of refresh tokens live, how it came, and the name that it gives itself.
 */
export async function describeUnownedApps(
  store: Reader,
  { now, limit, unapproved }: { now: number; limit: number; unapproved: boolean },
): Promise<string[]> {
  const apps = await selectUnownedApps(store, { now, limit, unapproved });
  return apps.map((app) => lineOf(app, now));
}

function lineOf(app: UnownedApp, now: number): string {
  const facts = [
    app.id,
    `${duration(now - app.createdAt)} old`,
    app.disabledAt === null ? standing(app.expiresAt, now) : "disabled",
    `${app.liveGrants} connections, ${app.liveFamilies} token families`,
    app.origin === "document" ? "metadata document" : "registered itself",
    app.name,
  ];
  // A stranger chose the name, and a terminal obeys control characters.
  return facts.join("  ").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}

function standing(expiresAt: number | null, now: number): string {
  if (expiresAt === null) return "approved";
  return expiresAt <= now ? "not approved, expired" : `not approved, goes in ${duration(expiresAt - now)}`;
}

function duration(milliseconds: number): string {
  if (milliseconds >= DAY_MS) return `${Math.floor(milliseconds / DAY_MS)} d`;
  if (milliseconds >= HOUR_MS) return `${Math.floor(milliseconds / HOUR_MS)} h`;
  return `${Math.max(0, Math.floor(milliseconds / MINUTE_MS))} min`;
}
