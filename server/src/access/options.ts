import type { Declaration } from "@parlance/contract/operation";
import { ApiError } from "../platform/api-error.ts";

/** What a caller says about the call itself, beside its input. */
export interface Options {
  /** The same deed is done once, however often the call is sent with this key. */
  readonly idempotencyKey?: string | undefined;
  /** The answer without the deed (spec/translations, "Writing"). */
  readonly dryRun?: boolean | undefined;
  /** Write only what still has this revision. */
  readonly expectedRevision?: number | undefined;
}

/** Throws `invalid_request` for an option that the declared thing cannot hold to. Reads have no use for any. */
export function checkOptions(declaration: Declaration, options: Options): Options {
  const { access, effect, answersCredential, ownTransactions, takesRevision } = declaration;
  if (effect === "read") return {};
  const { idempotencyKey, dryRun = false, expectedRevision } = options;
  if (dryRun && (answersCredential || ownTransactions)) {
    throw new ApiError("invalid_request", "This operation has no dry run.");
  }
  if (expectedRevision !== undefined && !takesRevision) {
    throw new ApiError("invalid_request", "This operation takes no If-Match.");
  }
  // Strangers have no name to keep a key under: they would meet each other's.
  if (idempotencyKey === undefined || access.by === "anyone") return { dryRun, expectedRevision };
  if (answersCredential) {
    const sentence = "Idempotency-Key is not taken here: the answer carries a credential.";
    throw new ApiError("invalid_request", sentence);
  }
  if (!/^[\x21-\x7e]{1,200}$/.test(idempotencyKey)) {
    throw new ApiError("invalid_request", "Idempotency-Key must be 1 to 200 visible ASCII characters.");
  }
  return { idempotencyKey, dryRun, expectedRevision };
}
