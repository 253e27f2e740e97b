/** How long to wait after a failure: twice as long after each, from `firstMs` up to `mostMs`. */
export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * Milliseconds to wait after the `failures`-th failure in a row. A random part of up to a half is left out, so that what
 * failed together is not tried again together.
 *
 * @param random from 0 to 1
 */
export function backOffMs(failures: number, { firstMs, mostMs }: BackOff, random = Math.random()): number {
  const whole = Math.min(mostMs, firstMs * 2 ** (failures - 1));
  return Math.round(whole * (1 - random / 2));
}
