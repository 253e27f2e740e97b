import { PAGE_HEADERS } from "../pages/security-headers.ts";
import { randomToken } from "../platform/crypto.ts";

/** Addresses of what belongs to the page. */
export const REFERENCE_PATHS = {
  document: "/api/openapi.json",
  page: "/docs/api",
  viewer: "/docs/api/viewer.js",
  looks: "/docs/api/looks.css",
} as const;

/** What the library has for its own makers' sake, and for other companies'. */
export const LOOKS = `
[data-component-name="PageActions/PageActions"], [data-testid="page-actions"] { display: none !important; }
body { margin: 0; }
noscript p { margin: 2rem; font: 1rem/1.5 system-ui, sans-serif; }
`;

/** The page that shows the document. The library adds its styles by script, so that each answer has a nonce of its own. */
export function referencePage(): Response {
  const nonce = randomToken();
  const { document, viewer, looks } = REFERENCE_PATHS;
  const html = `<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta name="sc-nonce" content="${nonce}" />
    <title>API reference · Parlance</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${looks}" />
  </head>
  <body>
    <noscript><p>This page needs JavaScript. The same is in <a href="${document}">openapi.json</a>.</p></noscript>
    <redoc spec-url="${document}" disable-telemetry="true" router="hash"></redoc>
    <script type="module" src="${viewer}"></script>
  </body>
</html>`;
  return new Response(html, {
    headers: {
      ...PAGE_HEADERS,
      "Content-Security-Policy": policyWith(nonce),
      "Content-Type": "text/html; charset=utf-8",
    },
  });
}

/** The policy of every page, and beside it the styles that carry the nonce and the icon font inside the library. */
function policyWith(nonce: string): string {
  return (PAGE_HEADERS["Content-Security-Policy"] as string)
    .replace("style-src 'self'", `style-src 'self' 'nonce-${nonce}'`)
    .replace("font-src 'self'", "font-src 'self' data:");
}
