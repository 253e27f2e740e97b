import { serve } from "@hono/node-server";
import { createParlance, type Parlance, type Scope, SettingsError } from "@parlance/sdk";
import { readSettings, type Settings } from "../../web-partner/src/settings.ts";
import { createApp } from "./app.ts";
import { openStore } from "./store.ts";

// The data file holds refresh tokens: nobody but this user may read what this process creates.
process.umask(0o077);

const settings = orExit(() => readSettings(process.env));
const app = createApp(
  settings,
  orExit(() => parlanceOf(settings)),
);

const server = serve({ fetch: app.fetch, port: settings.port, hostname: "127.0.0.1" }, () => {
  console.log(`Example partner: ${settings.appUrl} (works with ${settings.parlanceUrl})`);
  console.log(`Its redirect URI: ${settings.appUrl}/connect/callback`);
});
server.on("error", (error) => {
  console.error(`Cannot listen on PORT ${settings.port}: ${error.message}`);
  process.exit(1);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));

// #region setup
function parlanceOf(settings: Settings): Parlance {
  return createParlance({
    url: settings.parlanceUrl,
    // Where the API is, if not there; the SDK adds the path.
    apiUrl: settings.apiUrl.replace(/\/api\/oauth-client$/, ""),
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    redirectUri: `${settings.appUrl}/connect/callback`,
    scopes: settings.scope.split(" ") as Scope[],
    store: openStore(settings.dataFile),
  });
}
// #endregion

function orExit<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    console.error(
      error instanceof SettingsError ? `The settings are wrong: ${error.message}` : (error as Error).message,
    );
    process.exit(1);
  }
}
