import { findSecret } from "../../src/apps/secrets.ts";
import type { Reader } from "../../src/database/open.ts";

/** The id of a live secret when it is one of this app; null otherwise. */
export async function secretMatches(store: Reader, appId: string, secret: string): Promise<string | null> {
  const found = await findSecret(store, secret);
  return found?.appId === appId ? found.id : null;
}
