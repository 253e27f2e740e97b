import { CallError } from "../api.ts";
import { enterCode } from "../request.ts";

/** Brings a code and goes on to the request behind it. Whoever was signed out meanwhile signs in first. */
export async function bringCode(code: string, onSignedOut: () => void): Promise<void> {
  try {
    const { request_id } = await enterCode(code);
    location.assign(`/connect/${encodeURIComponent(request_id)}`);
  } catch (error) {
    if (!(error instanceof CallError) || error.status !== 401) throw error;
    onSignedOut();
  }
}

/** What is wrong with the code itself, and what to do about it; null when something else is. */
export function codeProblem(error: unknown): string | null {
  if (!(error instanceof CallError)) return null;
  if (![403, 404, 409, 410].includes(error.status)) return null;
  return error.status === 404 ? error.message : `${error.message} Begin again on your device.`;
}
