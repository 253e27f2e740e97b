import { serve } from "@hono/node-server";
import { SettingsError } from "@parlance/sdk";
import { createApp } from "./app.ts";
import { openParlance, readAddresses } from "./settings.ts";

// The data file holds tokens: nobody but this user may read what this process creates.
process.umask(0o077);

try {
  const addresses = readAddresses(process.env);
  const app = createApp(openParlance(process.env, addresses), addresses);
  const port = Number(process.env.PORT ?? 4000);
  serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => {
    console.log(`Example partner: ${addresses.appUrl} (works with ${addresses.parlanceUrl})`);
  });
} catch (error) {
  if (!(error instanceof SettingsError)) throw error;
  console.error(`${error.message} Set PARLANCE_CLIENT_ID and PARLANCE_CLIENT_SECRET to those of your app.`);
  process.exitCode = 1;
}
