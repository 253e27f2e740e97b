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

/** In milliseconds: of a hundred, ninety-five took no longer. */
export function p95(seen: readonly Timed[]): number {
  const sorted = seen.map(({ ms }) => ms).toSorted((one, other) => one - other);
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
}
