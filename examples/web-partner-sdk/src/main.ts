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

function parlanceOf({
  parlanceUrl,
  apiUrl,
  clientId,
  clientSecret,
  scope,
  appUrl,
  dataFile,
}: Settings): Parlance {
  return createParlance({
    url: parlanceUrl,
    apiUrl: apiUrl.replace(/\/api\/oauth-client$/, ""),
    clientId,
    clientSecret,
    redirectUri: `${appUrl}/connect/callback`,
    scopes: scope.split(" ") as Scope[],
    store: openStore(dataFile),
  });
}

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
