import type { AppType } from "./redirect-uri.ts";

/** The kinds of app in words. */
export const APP_TYPES: Record<AppType, { label: string; sentence: string }> = {
  web: { label: "Web app", sentence: "Runs on a server, which can keep a secret." },
  spa: { label: "Browser app", sentence: "Runs in the browser only, so it has no secret and uses PKCE." },
  native: { label: "Native app", sentence: "Desktop, mobile or command line; no secret, PKCE." },
};
