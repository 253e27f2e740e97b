import { randomBytes, randomInt } from "node:crypto";
import { newCredential } from "../../server/src/platform/credential.ts";
import { newId } from "../../server/src/platform/crypto.ts";
import type { Script } from "./load.ts";
import type { Partner } from "./partner.ts";

/** What any of them may be answered: not known, not there, too many. */
export const REFUSED = [400, 401, 404, 429] as const;

/**
 * So many requests, each with something else that is made up: installation tokens, access tokens with a real key id, apps
 * at the token endpoint, and addresses that nobody published. With `spread`, each comes from an address of its own.
 */
export function strangers({ families, world }: Partner, count: number, spread: boolean): Script[] {
  const [header = "", payload = ""] = families[0]?.accessToken.split(".") ?? [];
  const { organization } = world.reach;
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const forged = () => `${header}.${payload}.${randomBytes(64).toString("base64url")}`;
  const kinds: (() => Script)[] = [
    () => ({
      method: "GET",
      path: `/api/oauth-client/v1/projects/${world.project.id}`,
      headers: bearer(newCredential("installation_token")),
    }),
    () => ({ method: "GET", path: "/api/oauth-client/me", headers: bearer(forged()) }),
    () => ({
      method: "POST",
      path: "/api/auth/mcp/token",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: String(
        new URLSearchParams({
          grant_type: "refresh_token",
          refresh_token: newCredential("refresh_token"),
          client_id: newId("app"),
        }),
      ),
    }),
    () => ({ method: "GET", path: `/cdn/${organization.slug}/${newId("p").toLowerCase()}/de.json` }),
  ];
  return Array.from({ length: count }, (_, at) => {
    const script = (kinds[at % kinds.length] as () => Script)();
    return spread ? from(script, `198.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`) : script;
  });
}

/** The same as a proxy passes it on. */
export function from(script: Script, address: string): Script {
  return { ...script, headers: { ...script.headers, "x-forwarded-for": address } };
}
