import type { Reader } from "../context.ts";
import { type NewApp, registerApp } from "./apps.ts";
import { deviceErrors, homepageErrors, refuse } from "./change-app.ts";
import { redirectUriErrors } from "./redirect-uri.ts";
import { addSecret } from "./secrets.ts";

export type AppFields = Omit<NewApp, "authentication" | "expiresAt"> & {
  /** Only a web app can keep a secret; by default it has one. */
  confidential?: boolean | undefined;
};

/**
 * Registers an app that a person here answers for, with its first secret when it is confidential.
 * Throws `invalid_request` with a pointer for each field that is not allowed.
 */
export async function createApp(
  store: Reader,
  { confidential, ...fields }: AppFields,
  now: number,
): Promise<{ appId: string; clientSecret: string | null }> {
  const hasSecret = confidential ?? fields.type === "web";
  refuse([
    ...redirectUriErrors(fields.redirectUris, { confidential: hasSecret }),
    ...homepageErrors(fields.homepage),
    ...deviceErrors(fields),
    ...(hasSecret && fields.type !== "web"
      ? [
          {
            pointer: "/confidential",
            code: "not_allowed",
            expected: "a web app: others cannot keep a secret",
          },
        ]
      : []),
  ]);
  const authentication = hasSecret ? "secret" : "none";
  const appId = await registerApp(store, { ...fields, authentication, expiresAt: null }, now);
  if (!hasSecret) return { appId, clientSecret: null };
  const { clientSecret } = await addSecret(store, appId, now);
  return { appId, clientSecret };
}
