import { ApiError } from "./api-error.ts";

/**
 * Does what was written for another input: a field that it finds at fault is named as this input calls it.
 *
 * @param pointerHere the JSON pointer into this input, for one into the other
 */
export async function sayAs<Result>(
  pointerHere: (pointer: string) => string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError) || !error.extra.errors) throw error;
    const errors = error.extra.errors.map((fault) => ({ ...fault, pointer: pointerHere(fault.pointer) }));
    throw new ApiError(error.code, error.message, { ...error.extra, errors });
  }
}
