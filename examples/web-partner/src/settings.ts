/** Everything that differs between one installation of this app and the next. */
export interface Settings {
  /** The issuer: where users sign in and consent, and where discovery starts. No trailing slash. */
  parlanceUrl: string;
  /** Base of every resource call. */
  apiUrl: string;
  clientId: string;
  /** Absent for an app registered without one. */
  clientSecret: string | undefined;
  /** What we ask for; the user may allow less. */
  scope: string;
  port: number;
  /** This app as browsers see it. The redirect URI registered at Parlance is `{appUrl}/connect/callback`. */
  appUrl: string;
  /** SQLite file, or `:memory:` to forget everything at exit. */
  dataFile: string;
}

const DEFAULT_SCOPE = [
  "org:read",
  "projects:read",
  "keys:read",
  "keys:write",
  "translations:read",
  "translations:write",
  "translations:publish",
].join(" ");

/** Reads the environment. Throws an Error with one sentence that names the faulty setting. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const value = (name: string) => environment[name]?.trim() || undefined;
  const clientId = value("PARLANCE_CLIENT_ID");
  if (!clientId) {
    throw new Error(
      "PARLANCE_CLIENT_ID is missing: register an app in Parlance under Developer → Apps and set its client id here.",
    );
  }
  const port = Number(value("PORT") ?? 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error("PORT must be a number from 1 to 65535.");
  }
  const parlanceUrl = url("PARLANCE_URL", value("PARLANCE_URL") ?? "http://localhost:3000");
  return {
    parlanceUrl,
    apiUrl: `${url("PARLANCE_API_URL", value("PARLANCE_API_URL") ?? parlanceUrl)}/api/oauth-client`,
    clientId,
    clientSecret: value("PARLANCE_CLIENT_SECRET"),
    scope: value("PARLANCE_SCOPE") ?? DEFAULT_SCOPE,
    port,
    appUrl: url("APP_URL", value("APP_URL") ?? `http://localhost:${port}`),
    dataFile: value("DATA_FILE") ?? "data/connections.db",
  };
}

function url(name: string, value: string): string {
  const parsed = URL.parse(value);
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.search || parsed.hash) {
    throw new Error(`${name} must be an http or https address without query, not "${value}".`);
  }
  return parsed.href.replace(/\/+$/, "");
}
