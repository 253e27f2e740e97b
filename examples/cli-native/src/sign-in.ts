import { type Connection, createParlance, type Parlance, type ParlanceOptions } from "@parlance/sdk";
import { startLoopback } from "./loopback.ts";

/** The file is one person's. */
const userId = "me";

export type Settings = Omit<ParlanceOptions, "redirectUri">;

// #region sign-in
/**
 * The connections of an earlier run, one for each organization, or those that the person allows now: `show` gets the address
 * to open.
 */
export async function connectionsOf(
  settings: Settings,
  show: (url: string) => void,
): Promise<readonly Connection[]> {
  const known = await liveConnections(settings);
  if (known.length > 0) return known;
  const loopback = await startLoopback();
  try {
    const parlance = createParlance({ ...settings, redirectUri: loopback.redirectUri });
    const url = await parlance.authorizeUrl({ userId });
    show(url);
    const answer = await loopback.answer(new URL(url).searchParams.get("state") as string);
    return await parlance.callback({ userId, url: answer });
  } finally {
    await loopback.stop();
  }
}
// #endregion

/** What needs no browser needs no address to come back to. */
export function withoutBrowser(settings: Settings): Parlance {
  return createParlance({ ...settings, redirectUri: "http://127.0.0.1/callback" });
}

export async function liveConnections(settings: Settings): Promise<Connection[]> {
  const all = await withoutBrowser(settings).connections(userId);
  return all.filter(({ revokedAt }) => revokedAt === null);
}
