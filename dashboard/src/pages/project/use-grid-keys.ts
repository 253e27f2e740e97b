import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from "react";
import type { Selection } from "./use-selection.ts";

/** A cell by its numbers: column 0 is the key, 1 the source text, then the target languages, whether in sight or not. */
export interface Cell {
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
  onReveal: (cell: Cell) => void;
  onOpen: (cell: Cell) => void;
  /** Goes to the last row of all when that is not the last of those that were read; false otherwise. */
  onLast: (column: number) => boolean;
}) {
  const [active, setActive] = useState<Cell>({ row: 0, column: 0 });
  /** The cell to focus as soon as it is drawn. */
  const focusNext = useRef<Cell | null>(null);
  useEffect(() => {
    if (!focusNext.current) return;
    const { row, column } = focusNext.current;
    const element = body.current?.querySelector<HTMLElement>(`[data-cell="${row} ${column}"]`);
    if (!element) return;
    focusNext.current = null;
    element.focus({ preventScroll: true });
  });

  /** Goes to the nearest cell there is. Without `takeFocus` something inside of it takes the focus. */
  function go(to: Cell, { takeFocus = true }: { takeFocus?: boolean } = {}): Cell {
    const cell = {
      row: Math.max(0, Math.min(rowCount - 1, to.row)),
      column: Math.max(0, Math.min(columnCount - 1, to.column)),
    };
    focusNext.current = takeFocus ? cell : null;
    setActive(cell);
    onReveal(cell);
    return cell;
  }

  function press(event: KeyboardEvent) {
    if (event.altKey || !(event.target instanceof HTMLElement) || !event.target.dataset.cell) return;
    const { row, column } = active;
    const far = event.ctrlKey || event.metaKey;
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === "rtl";
    const onward = isRightToLeft ? -1 : 1;
    const targets: Record<string, Cell> = {
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
      const cell = go(target);
      if (event.shiftKey && cell.row !== row) selection.extend(row, cell.row);
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
