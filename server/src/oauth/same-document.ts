import { findDocumentHash } from "../apps/document-apps.ts";
import type { Reader } from "../context.ts";
import type { AuthorizationRequestTable } from "../database/schema.ts";
import { ApiError } from "../platform/api-error.ts";

/**
 * Throws `request_expired` when the metadata document of the app became another one since the request began: what the
 * person was shown, or where the answer would go, is no longer what the app says (decision 16).
 */
export async function refuseChanged(
  store: Reader,
  request: Pick<AuthorizationRequestTable, "appId" | "documentHash">,
): Promise<void> {
  if (request.documentHash === null) return;
  if ((await findDocumentHash(store, request.appId)) === request.documentHash) return;
  throw new ApiError(
    "request_expired",
    "The app has changed its description since this link was opened. Start again from the app.",
  );
}
