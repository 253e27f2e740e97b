import type { Output, Request } from "@parlance/contract/operations";

type Answer = Pick<Output<"changesets.revert">, "reverted" | "skippedCount" | "nextCursor">;

/** Takes a changeset back part by part, as a very large one needs it, and answers what became of all of it. */
export async function takeBackWhole(
  revert: (input: Request<"changesets.revert">) => Promise<Answer>,
  input: Request<"changesets.revert">,
): Promise<{ reverted: number; skippedCount: number }> {
  let [reverted, skippedCount] = [0, 0];
  let cursor: string | null = null;
  do {
    const part: Answer = await revert({ ...input, ...(cursor && { cursor }) });
    reverted += part.reverted;
    skippedCount += part.skippedCount;
    cursor = part.nextCursor;
  } while (cursor);
  return { reverted, skippedCount };
}
