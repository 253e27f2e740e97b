import { ApiError } from "../platform/api-error.ts";

/** All that an `error_description` may consist of (RFC 6749 §4.1.2.1 and §5.2); a question mark stands for the rest. */
export function describable(text: string): string {
  return text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "?");
}

/** Runs an endpoint of the RFCs, whose refusals may repeat what was sent: parameters, names, scopes. */
export async function describedPlainly<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(error.code, describable(error.message), error.extra);
  }
}
