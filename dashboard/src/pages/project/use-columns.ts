import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

/** A target language's column is at least so wide; the key's and the source's are sized beside it. */
const COLUMN_PX = 205;
/** More are not shown at a time, however wide the screen. */
export const MOST_COLUMNS = 6;
/** Below this (Tailwind's `md`) the cells of a row stand below each other, with one target language at a time. */
const STACKED = "(width < 48rem)";

export interface Columns {
  /** The target languages in sight. */
  shown: string[];
  /** How many stand before them, and after them. */
  before: number;
  after: number;
  /** Brings the target at this position into sight. */
  reveal(target: number): void;
  move(by: number): void;
}

/**
 * Which target languages are in sight: as many as fit beside key and source text, which never leave it. Only these
 * are drawn and read, so that fourteen languages cost no more than three. `pinned` is never moved out of sight.
 */
export function useColumns(
  element: RefObject<HTMLElement | null>,
  targets: string[],
  pinned: number | null,
): Columns {
  const fit = useFit(element);
  const [first, setFirst] = useState(0);
  const last = Math.max(0, targets.length - fit);
  let start = Math.min(first, last);
  if (pinned !== null && pinned >= 0) start = inSight(start, fit, pinned);
  const reveal = (target: number) => setFirst(Math.max(0, inSight(start, fit, target)));
  const move = (by: number) => setFirst(Math.max(0, Math.min(last, start + by)));
  useSidewaysWheel(element, (by) => pinned === null && move(by));
  return {
    shown: targets.slice(start, start + fit),
    before: start,
    after: Math.max(0, targets.length - start - fit),
    reveal,
    move,
  };
}

/** The start nearest to the present one with which the column is in sight. */
export function inSight(start: number, fit: number, column: number): number {
  if (column < start) return column;
  return column >= start + fit ? column - fit + 1 : start;
}

/** How many target columns fit: key, source and targets share the width as 3.5 : 3 : 3 …, as the table's grid does. */
export function fitting(width: number): number {
  for (let count = MOST_COLUMNS; count > 1; count -= 1) {
    if ((width * 3) / (3.5 + 3 * (count + 1)) >= COLUMN_PX) return count;
  }
  return 1;
}

function useFit(element: RefObject<HTMLElement | null>): number {
  const [fit, setFit] = useState(1);
  useLayoutEffect(() => {
    const box = element.current;
    if (!box) return;
    const measure = () => setFit(matchMedia(STACKED).matches ? 1 : fitting(box.clientWidth));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(box);
    return () => watch.disconnect();
  }, [element]);
  return fit;
}

/** What a trackpad or Shift with the wheel has to travel for one column. */
const WHEEL_PX = 90;

function useSidewaysWheel(element: RefObject<HTMLElement | null>, move: (by: number) => unknown) {
  const latest = useRef(move);
  latest.current = move;
  useEffect(() => {
    const box = element.current;
    if (!box) return;
    let travelled = 0;
    const turn = (event: WheelEvent) => {
      const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) <= Math.abs(event.shiftKey ? 0 : event.deltaY)) return;
      event.preventDefault();
      travelled += sideways * (getComputedStyle(box).direction === "rtl" ? -1 : 1);
      if (Math.abs(travelled) < WHEEL_PX) return;
      latest.current(Math.sign(travelled));
      travelled = 0;
    };
    // Not passive: otherwise the browser goes back a page.
    box.addEventListener("wheel", turn, { passive: false });
    return () => box.removeEventListener("wheel", turn);
  }, [element]);
}
