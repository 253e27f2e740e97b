import { ApiError } from "./api-error.ts";
import type { HeaderFields } from "./incoming.ts";

/**
 * The credential in the headers, by `Authorization: Bearer` or `x-api-key`; null without one. Throws `invalid_request` for
 * both at once, and `invalid_token` for another way to authorize.
 */
export function presentedToken(headers: HeaderFields): string | null {
  const authorization = headers.get("authorization");
  const apiKey = headers.get("x-api-key");
  if (authorization !== null && apiKey !== null) {
    throw new ApiError("invalid_request", "Send the token once: in Authorization or in x-api-key.");
  }
  if (apiKey !== null) return apiKey;
  if (authorization === null) return null;
  const match = /^bearer +(\S+)$/i.exec(authorization.trim());
  if (!match?.[1]) throw new ApiError("invalid_token", "Authorization must be Bearer and a token.");
  return match[1];
}
