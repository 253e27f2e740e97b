import { type Connection, createParlance, memoryStore } from "@parlance/sdk";
import { askInPopup } from "./popup.ts";

// #region setup
/** An app without a secret: whoever loads the page can read it. Its tokens are in memory, and gone with the page. */
const parlance = createParlance({
  url: import.meta.env.VITE_PARLANCE_URL,
  clientId: import.meta.env.VITE_PARLANCE_CLIENT_ID,
  redirectUri: `${location.origin}/callback.html`,
  scopes: ["org:read", "projects:read"],
  store: memoryStore(),
});
/** A page has one user: whoever sits before it. */
const userId = "me";
// #endregion

// #region connect
/** Asks the user in a window, and answers their connections. */
export async function connect(): Promise<readonly Connection[]> {
  const answer = await askInPopup(parlance.authorizeUrl({ userId }));
  return parlance.callback({ userId, url: answer });
}
// #endregion

// #region call
export async function projectNames({ id, organizationId }: Connection): Promise<string[]> {
  const names: string[] = [];
  const projects = parlance.client(id).projects.list.each({ organizationId });
  for await (const { name } of projects) names.push(name);
  return names;
}
// #endregion

export async function disconnect(): Promise<void> {
  for (const { id } of await parlance.connections(userId)) await parlance.disconnect(id);
}
