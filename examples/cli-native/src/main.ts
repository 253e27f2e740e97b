import { homedir } from "node:os";
import { join } from "node:path";
import { AuthorizationError, type Connection, ConnectionRevokedError } from "@parlance/sdk";
import { connectionsOf, liveConnections, type Settings, withoutBrowser } from "./sign-in.ts";
import { tokenFile } from "./token-file.ts";

const { PARLANCE_URL, PARLANCE_CLIENT_ID, TOKEN_FILE } = process.env;
const COMMANDS = { projects, agent, logout };

try {
  const settings: Settings = {
    url: PARLANCE_URL || "http://localhost:3000",
    clientId: PARLANCE_CLIENT_ID ?? "",
    scopes: ["org:read", "projects:read"],
    store: tokenFile(TOKEN_FILE || join(homedir(), ".config", "parlance-example", "connections.db")),
  };
  const command = process.argv[2] ?? "projects";
  if (!Object.hasOwn(COMMANDS, command)) throw new Error(`Commands: ${Object.keys(COMMANDS).join(", ")}.`);
  await COMMANDS[command as keyof typeof COMMANDS](settings);
} catch (error) {
  const isNo = error instanceof AuthorizationError && error.code === "access_denied";
  console.error(isNo ? "You did not allow it. Nothing was changed." : (error as Error).message);
  process.exitCode = 1;
}

// #region projects
async function projects(settings: Settings): Promise<void> {
  const connections = await connectionsOf(settings, tell);
  try {
    for (const { id, organizationId, organizationSlug } of connections) {
      const all = withoutBrowser(settings).client(id).projects.list.each({ organizationId });
      for await (const { slug, name } of all) console.log(`${organizationSlug}/${slug}\t${name}`);
    }
  } catch (error) {
    if (!(error instanceof ConnectionRevokedError)) throw error;
    // It is written down as revoked: what is left is shown, and when nothing is, the person is asked again.
    await projects(settings);
  }
}
// #endregion

// #region agent
/** What an agent's workspace needs, as the content of `.mcp.json`: a token that may read the projects, for one hour. */
async function agent(settings: Settings): Promise<void> {
  const [connection] = await connectionsOf(settings, tell);
  const narrowed = { scopes: ["projects:read"], expiresInSeconds: 3600 } as const;
  const { claudeCode } = await withoutBrowser(settings).mcp((connection as Connection).id, narrowed);
  console.log(JSON.stringify(claudeCode, null, 2));
}
// #endregion

async function logout(settings: Settings): Promise<void> {
  for (const { id } of await liveConnections(settings)) await withoutBrowser(settings).disconnect(id);
  console.log("Disconnected.");
}

/** Not on standard output, which a command's answer is for. */
function tell(url: string): void {
  console.error(`Open this address in your browser:\n${url}`);
}
