import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Selection } from "./use-selection.ts";

/** A cell: 0 is the key, 1 the source text, then the target languages, whether in sight or not. */
export interface Place {
  row: number;
  column: number;
}

/**
 * Moving in the table without a mouse, and where one is. Arrows, Page keys, Home and End move; Enter and F2 open; Space,
 * Shift and Ctrl+A select; Esc forgets the selection. The cell one is in carries `data-cell="row column"`.
 */
export function useGridKeys({
  body,
  rowCount,
  columnCount,
  pageSize,
  selection,
  onReveal,
  onOpen,
  onLast,
}: {
  body: RefObject<HTMLElement | null>;
  rowCount: number;
  columnCount: number;
  /** How many rows are in sight. */
  pageSize: number;
  selection: Selection;
  /** Brings a cell into sight, which may take until the next drawing. */
  onReveal: (place: Place) => void;
  onOpen: (place: Place) => void;
  /** Goes to the last row of all when that is not the last of those that were read; false otherwise. */
  onLast: (column: number) => boolean;
}) {
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  /** The cell to focus as soon as it is drawn. */
  const focusNext = useRef<Place | null>(null);
  useEffect(() => {
    if (!focusNext.current) return;
    const { row, column } = focusNext.current;
    const cell = body.current?.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`);
    if (!cell) return;
    focusNext.current = null;
    cell.focus({ preventScroll: true });
  });

  /** Goes to the cell nearest to a place. Without `takeFocus` something inside of it takes the focus. */
  function go(to: Place, { takeFocus = true }: { takeFocus?: boolean } = {}): Place {
    const place = {
      row: Math.max(0, Math.min(rowCount - 1, to.row)),
      column: Math.max(0, Math.min(columnCount - 1, to.column)),
    };
    focusNext.current = takeFocus ? place : null;
    setActive(place);
    onReveal(place);
    return place;
  }

  function press(event: KeyboardEvent) {
    if (event.altKey || !(event.target instanceof HTMLElement) || !event.target.dataset.cell) return;
    const { row, column } = active;
    const far = event.ctrlKey || event.metaKey;
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === "rtl";
    const onward = isRightToLeft ? -1 : 1;
    const targets: Record<string, Place> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowRight: { row, column: column + onward },
      ArrowLeft: { row, column: column - onward },
      PageDown: { row: row + pageSize, column },
      PageUp: { row: row - pageSize, column },
      Home: { row: far ? 0 : row, column: 0 },
      End: { row: far ? rowCount - 1 : row, column: columnCount - 1 },
    };
    const target = targets[event.key];
    if (target) {
      event.preventDefault();
      if (event.key === "End" && far && onLast(columnCount - 1)) return;
      const place = go(target);
      if (event.shiftKey && place.row !== row) selection.extend(row, place.row);
    } else if (event.key === " ") {
      event.preventDefault();
      selection.toggle(row, event.shiftKey);
    } else if (event.key === "a" && far) {
      event.preventDefault();
      selection.all();
    } else if (event.key === "Escape" && selection.ids.length > 0) {
      selection.clear();
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      onOpen(active);
    }
  }

  return { active, setActive, go, press };
}
