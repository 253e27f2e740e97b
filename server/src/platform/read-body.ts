import { ApiError } from "./api-error.ts";

/** The body as text. Throws as `readBytes` does. */
export async function readText(request: Request, maxBytes: number): Promise<string> {
  refuseTooLarge(request.headers, maxBytes);
  // The parser holds senders to the length that they gave, so all of it can be read at once.
  if (request.headers.has("content-length")) {
    return Buffer.from(await request.arrayBuffer().catch(refuseBrokenOff)).toString("utf8");
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of readBytes(request, maxBytes)) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

/**
 * The body piece by piece. Throws `payload_too_large` as soon as more than `maxBytes` have come, and `invalid_request`
 * when the sender goes away.
 */
export async function* readBytes(request: Request, maxBytes: number): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const piece of request.body ?? []) {
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
export function refuseTooLarge(headers: Headers, maxBytes: number): void {
  if (Number(headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

/** The body as JSON; an empty one is an empty object. Throws `unsupported_media_type` and `invalid_request`. */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  const text = await readText(request, maxBytes);
  if (text.trim() === "") return {};
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json") {
    throw new ApiError("unsupported_media_type", "Send the body as application/json.");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError("invalid_request", "The body is not valid JSON.");
  }
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
