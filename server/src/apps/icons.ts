import { createHash } from "node:crypto";
import { Hono } from "hono";
import type { Call, Context, Transaction } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { fetchOutside, OutgoingError } from "../platform/outgoing.ts";
import { findApp } from "./apps.ts";
import { updateApp } from "./store.ts";
import { deleteIcon, type Icon, selectIcon, upsertIcon } from "./store-icons.ts";

const ICON_LIMITS = {
  maxBytes: 256 * 1000,
  timeoutMs: 5000,
  accept: "image/png, image/jpeg, image/webp, image/gif",
} as const;

/**
 * Fetches the icon at `url` once and stores it; null removes it. The picture is part of what was verified, so another one
 * clears "verified". `lock` locks the app and checks again in the transaction, because the fetch took its time.
 * Throws `invalid_request` with the pointer `/url`.
 */
export async function setIcon(
  call: Call,
  appId: string,
  url: string | null,
  lock: (tx: Transaction) => Promise<unknown>,
): Promise<void> {
  const icon = url === null ? null : await fetchIcon(call, url);
  await call.db.write(async (tx) => {
    await lock(tx);
    const before = await selectIcon(tx, appId);
    if (before?.hash === icon?.hash) return;
    await updateApp(tx, appId, { verifiedAt: null });
    if (icon) await upsertIcon(tx, appId, icon);
    else await deleteIcon(tx, appId);
  });
}

/** `GET /icons/:appId`: the stored pictures. */
export function iconRoutes(ctx: Context): Hono {
  return new Hono().get("/icons/:appId", async (c) => {
    const app = await findApp(ctx.db.read, c.req.param("appId"), ctx.clock.now());
    const icon = app && (await selectIcon(ctx.db.read, app.id));
    if (!icon) throw new ApiError("not_found");
    const named = c.req.query("v") === icon.hash.slice(0, 8);
    return c.body(new Uint8Array(icon.bytes), 200, {
      "content-type": icon.contentType,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'",
      // The version in the address changes with the picture; without it the address may show another one soon.
      "cache-control": named ? "public, max-age=31536000, immutable" : "public, max-age=300",
    });
  });
}

/** The type of a picture by its first bytes, whatever the sender called it; null for a type that we do not serve. */
export function pictureType(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 12)).toString("latin1");
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "image/png";
  if (head.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) return "image/gif";
  if (head.startsWith("RIFF") && head.slice(8) === "WEBP") return "image/webp";
  return null;
}

async function fetchIcon(call: Call, url: string): Promise<Icon> {
  const bytes = await fetchOutside(call.config, url, ICON_LIMITS).catch((error: unknown) => {
    if (error instanceof OutgoingError) throw badIcon("unreachable", error.message);
    throw error;
  });
  const contentType = pictureType(bytes);
  if (!contentType) throw badIcon("not_a_picture", "a PNG, JPEG, WebP or GIF picture");
  return { contentType, bytes, hash: createHash("sha256").update(bytes).digest("base64url") };
}

function badIcon(code: string, expected: string): ApiError {
  return new ApiError("invalid_request", "The icon could not be taken from there.", {
    errors: [{ pointer: "/url", code, expected }],
  });
}
