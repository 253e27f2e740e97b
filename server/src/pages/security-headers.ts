/**
 * The headers of every page (spec/quality, "Security"): nothing inline, nothing foreign, not in a frame. Form posts stay
 * here; sign-in and connect pages send no referrer to another site.
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
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
  "Cross-Origin-Opener-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
  "Cache-Control": "no-store",
};

/** Binds browsers that reached us over HTTPS once to it, for two years (RFC 6797 §6.1). */
export const STRICT_TRANSPORT = { "Strict-Transport-Security": "max-age=63072000" } as const;
