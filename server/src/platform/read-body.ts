import { beyondJsonBounds } from "@parlance/contract/json-bounds";
import { ApiError } from "./api-error.ts";
import type { HeaderFields, Incoming } from "./incoming.ts";

/** The body as text. Throws as `readBytes` does. */
export async function readText(incoming: Incoming, maxBytes: number): Promise<string> {
  refuseTooLarge(incoming.headers, maxBytes);
  const pieces: Uint8Array[] = [];
  for await (const piece of readBytes(incoming, maxBytes)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

/**
 * The body piece by piece. Throws `payload_too_large` as soon as more than `maxBytes` have come, and `invalid_request`
 * when the sender goes away.
 */
export async function* readBytes({ body }: Incoming, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of body ?? []) {
      size += piece.byteLength;
      if (size > maxBytes) throw tooLarge(maxBytes);
      yield piece;
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    refuseBrokenOff(error);
  }
}

/** Throws `payload_too_large` for a body that declares a greater length, before any of it is read. */
export function refuseTooLarge(headers: HeaderFields, maxBytes: number): void {
  if (declaredLength(headers) > maxBytes) throw tooLarge(maxBytes);
}

/** In bytes; 0 where the sender does not say. */
export function declaredLength(headers: HeaderFields): number {
  return Number(headers.get("content-length") ?? 0);
}

/**
 * The body as JSON; an empty one is an empty object. Throws `unsupported_media_type`, `invalid_request` and
 * `payload_too_large`.
 */
export async function readJson(incoming: Incoming, maxBytes: number): Promise<unknown> {
  const text = await readText(incoming, maxBytes);
  if (text.trim() === "") return {};
  const type = incoming.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json") {
    throw new ApiError("unsupported_media_type", "Send the body as application/json.");
  }
  refuseUnbounded(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("invalid_request", "The body is not valid JSON.");
  }
}

/** Throws `invalid_request` or `payload_too_large` for JSON that would take too long to parse. */
export function refuseUnbounded(text: string): void {
  const beyond = beyondJsonBounds(text);
  if (beyond === "too_deep") throw new ApiError("invalid_request", "The body is nested too deeply.");
  if (beyond === "too_many") throw new ApiError("payload_too_large", "The body has too many values.");
}

function tooLarge(maxBytes: number): ApiError {
  return new ApiError(
    "payload_too_large",
    `The body may have at most ${maxBytes.toLocaleString("en")} bytes.`,
  );
}

/** A sender that goes away is not a fault of the server; nobody reads the answer. */
function refuseBrokenOff(error: unknown): never {
  throw new ApiError("invalid_request", "The body ended before all of it had come.", {
    detail: String(error),
  });
}
