import { join, resolve } from "node:path";
import { DEFAULT_URL, type Options, oneLine, serverUrl, UsageError } from "./options.ts";
import { checkServer, registerLink } from "./server.ts";
import type { Terminal } from "./terminal.ts";
import { type App, checkFolder, packageName, type Sources, writeApp } from "./write-app.ts";

/** Asks for what is missing, and writes the app. Throws `UsageError`; then nothing was written. */
export async function create(
  options: Options,
  { say, ask, askSecret }: Terminal,
  sources: Sources,
): Promise<App> {
  const { asks, port } = options;
  const folder = resolve(options.folder ?? (asks ? await ask("Folder of the new app", "my-app") : "my-app"));
  checkFolder(folder);
  const url =
    options.url ??
    (asks ? serverUrl(await ask("Address of your Parlance server", DEFAULT_URL)) : DEFAULT_URL);
  await checkServer(url);
  const redirectUri = `http://localhost:${port}/connect/callback`;
  const link = registerLink(url, packageName(folder), redirectUri);
  if (options.clientId === undefined) {
    if (!asks) throw new UsageError(`--client-id is missing. Register the app at\n${link}`);
    say(`Register the app here; the fields are filled in:\n\n  ${link}\n`);
  }
  const clientId = options.clientId ?? oneLine("The client id", await ask("Client id (app_…)"));
  const secret =
    options.clientSecret ?? (asks ? await askSecret("Client secret (not shown; empty if it has none)") : "");
  const app = { folder, url, port, clientId, clientSecret: secret && oneLine("The secret", secret) };
  writeApp(app, sources);
  return app;
}

/** What the package has beside the command. */
export function sourcesAt(packageFolder: string): Sources {
  return {
    template: join(packageFolder, "template"),
    sdk: join(packageFolder, "dist", "parlance-sdk.tgz"),
  };
}
