import { findDocumentHash } from "../apps/document-apps.ts";
import type { Reader } from "../context.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";

type OfDocument = Pick<AuthorizationRequestTable, "appId" | "documentHash">;

/**
 * Whether the metadata document of the app became another one since the request began: what the person was shown, or where
 * the answer would go, is no longer what the app says (decision 16).
 */
export async function isChanged(store: Reader, { appId, documentHash }: OfDocument): Promise<boolean> {
  return documentHash !== null && (await findDocumentHash(store, appId)) !== documentHash;
}

/** Throws `request_expired` when it is. */
export async function refuseChanged(store: Reader, request: OfDocument): Promise<void> {
  if (!(await isChanged(store, request))) return;
  throw new ApiError(
    "request_expired",
    "The app has changed its description since this link was opened. Start again from the app.",
  );
}
