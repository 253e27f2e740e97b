import { serve } from "@hono/node-server";
import { createApi } from "./api.ts";
import { createApp } from "./app.ts";
import { createConnect } from "./connect.ts";
import { openConnections } from "./connections.ts";
import { createDiscovery } from "./parlance.ts";
import { readSettings, type Settings } from "./settings.ts";
import { createTokens } from "./tokens.ts";

// The data file holds refresh tokens: nobody but this user may read what this process creates.
process.umask(0o077);

const settings = settingsOrExit();
const connections = openConnections(settings.dataFile);
const discover = createDiscovery(settings);
const tokens = createTokens(settings, connections, discover);
const app = createApp({
  settings,
  connections,
  tokens,
  connect: createConnect(settings, connections, tokens, discover),
  api: createApi(settings, tokens),
});

const server = serve({ fetch: app.fetch, port: settings.port, hostname: "127.0.0.1" }, () => {
  console.log(`Example partner: ${settings.appUrl} (works with ${settings.parlanceUrl})`);
  console.log(`Its redirect URI: ${settings.appUrl}/connect/callback`);
});
server.on("error", (error) => {
  console.error(`Cannot listen on PORT ${settings.port}: ${error.message}`);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
