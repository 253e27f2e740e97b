/** One answer: what it was, and how long it took. */
export interface Timed {
  status: number;
  ms: number;
  retryAfter: string | null;
}

export async function timed(answer: Promise<Response>): Promise<Timed> {
  const begun = performance.now();
  const response = await answer;
  await response.arrayBuffer();
  return {
    status: response.status,
    ms: performance.now() - begun,
    retryAfter: response.headers.get("retry-after"),
  };
}

/** In milliseconds. */
export function slowest(seen: readonly Timed[]): number {
  return Math.max(...seen.map(({ ms }) => ms));
}
