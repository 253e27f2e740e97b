import type { Context, MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import type { Settings } from "./settings.ts";

/** The check that a POST comes from our own pages, before anything else looks at it. */
export function fromOwnPages({ appUrl }: Settings): MiddlewareHandler {
  const { origin } = new URL(appUrl);
  return async (c, next) => {
    if (c.req.method !== "GET" && c.req.header("origin") !== origin) {
      return c.text(`This form was not sent from ${origin}.`, 403);
    }
    await next();
  };
}

/** Nothing but our own style sheet is loaded, and nobody frames us. */
export function headers({ appUrl, parlanceUrl }: Settings): MiddlewareHandler {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      // "Connect" is a form whose answer redirects to Parlance, and browsers hold redirects to this list as well.
      formAction: ["'self'", new URL(parlanceUrl).origin],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
    // With "no-referrer" browsers send `Origin: null` on our own forms.
    referrerPolicy: "same-origin",
    strictTransportSecurity: appUrl.startsWith("https:"),
  });
}

/** The form's text fields, trimmed; an empty one is absent. */
export async function fields(c: Context): Promise<Record<string, string | undefined>> {
  const form = Object.entries(await c.req.parseBody());
  return Object.fromEntries(
    form.map(([name, value]) => [name, (typeof value === "string" && value.trim()) || undefined]),
  );
}
