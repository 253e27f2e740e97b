import { DatabaseSync } from "node:sqlite";
import { createParlance, type Parlance } from "@parlance/sdk";
import { SQL_SCHEMA, sqlStore } from "@parlance/sdk/stores";

/** Where this app and Parlance are, as browsers see them. */
export interface Addresses {
  appUrl: string;
  parlanceUrl: string;
}

export function readAddresses({ PARLANCE_URL, PORT = "4000", APP_URL }: NodeJS.ProcessEnv): Addresses {
  return {
    appUrl: APP_URL || `http://localhost:${PORT}`,
    parlanceUrl: PARLANCE_URL || "http://localhost:3000",
  };
}

// #region setup
/** This app as Parlance knows it. Throws `SettingsError` for a value that cannot work. */
export function openParlance(environment: NodeJS.ProcessEnv, { appUrl, parlanceUrl }: Addresses): Parlance {
  return createParlance({
    url: parlanceUrl,
    clientId: environment.PARLANCE_CLIENT_ID ?? "",
    clientSecret: environment.PARLANCE_CLIENT_SECRET || undefined,
    redirectUri: `${appUrl}/connect/callback`,
    scopes: [
      ...(["org:read", "projects:read", "keys:read", "keys:write"] as const),
      ...(["translations:read", "translations:write", "translations:publish"] as const),
    ],
    store: openStore(environment.DATA_FILE || "connections.db"),
  });
}

function openStore(file: string) {
  const db = new DatabaseSync(file);
  for (const statement of SQL_SCHEMA) db.exec(statement);
  return sqlStore(async (statement, parameters) => db.prepare(statement).all(...parameters));
}
// #endregion
