import { PAGE_HEADERS } from "../pages/security-headers.ts";
import { randomToken } from "../platform/crypto.ts";

/** Addresses of what belongs to the page. */
export const REFERENCE_PATHS = {
  document: "/api/openapi.json",
  page: "/docs/api",
  viewer: "/docs/api/viewer.js",
  looks: "/docs/api/looks.css",
} as const;

/**
 * Beside the library's own looks: buttons that send the page to other companies are not shown, and colours that are too
 * pale to read (WCAG 2.2 §1.4.3) are darker on white and lighter on black.
 */
export const LOOKS = `
[data-component-name="PageActions/PageActions"], [data-testid="page-actions"] { display: none !important; }
body { margin: 0; }
noscript p { margin: 2rem; font: 1rem/1.5 system-ui, sans-serif; }
html.light {
  --color-blue-6: #0b5cd1 !important;
  --color-blue-7: #1f5cc0 !important;
  --text-color-disabled: #6a6b76 !important;
  --text-color-helper: #6a6b76 !important;
  --input-content-placeholder-color: #6a6b76 !important;
}
html.light .tag-get { --tag-color: #12703b !important; }
html.light .tag-post { --tag-color: #1a55cf !important; }
html.light .tag-put { --tag-color: #8f4c05 !important; }
html.light .tag-patch { --tag-color: #755900 !important; }
html.light .tag-delete { --tag-color: #b3261e !important; }
html.dark {
  --text-color-disabled: #a3a5b1 !important;
  --text-color-helper: #a3a5b1 !important;
  --input-content-placeholder-color: #a3a5b1 !important;
}
html.dark .schema-name { color: #a9a6ff !important; }
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
