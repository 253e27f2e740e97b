const EXPOSED = [
  ...["WWW-Authenticate", "Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "ETag"],
  ...["Content-Disposition", "X-Request-Id", "Idempotent-Replayed", "Dry-Run"],
].join(", ");

/** To pages of every origin: there is no cookie that they could use. */
export const OPEN = { "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": EXPOSED };

export const PREFLIGHT = {
  ...OPEN,
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
  "Access-Control-Allow-Headers": [
    ...["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "Upload-Offset"],
    ...["X-Api-Key", "MCP-Protocol-Version", "Mcp-Session-Id", "Mcp-Method", "Mcp-Name"],
    ...["traceparent", "tracestate", "baggage"],
  ].join(", "),
  "Access-Control-Max-Age": "86400",
};
