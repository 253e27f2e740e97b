/**
 * The headers of a page on the way of an app that connects, which its own page may have opened as a pop-up: any
 * `Cross-Origin-Opener-Policy` would cut the two apart, and the app's callback could never report to its opener.
 *
 * As on every page (spec/quality, "Security"): nothing inline, nothing foreign, not in a frame, form posts stay here, no
 * referrer goes to another site.
 */
export const CONNECT_PAGE_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Cache-Control": "no-store",
};

/** The headers of every other page: no page of another origin keeps a hold of its window. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...CONNECT_PAGE_HEADERS,
  "Cross-Origin-Opener-Policy": "same-origin",
};
