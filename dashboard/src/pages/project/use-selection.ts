import { useCallback, useMemo, useRef, useState } from "react";

export interface Selection {
  /** Ids of the selected rows, in the order of the table. */
  ids: string[];
  has(id: string): boolean;
  /** Turns one row on or off; with a range, every row between the last one and this becomes like the last one. */
  toggle(row: number, withRange?: boolean): void;
  /** Selects this row too, beginning from another one. */
  extend(from: number, to: number): void;
  all(): void;
  clear(): void;
}

/** Which of the rows that were read so far are selected. A row that leaves the table leaves the selection. */
export function useSelection(rowIds: string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(NONE);
  const anchor = useRef<number | null>(null);
  const ids = useMemo(
    () => (chosen.size === 0 ? [] : rowIds.filter((id) => chosen.has(id))),
    [rowIds, chosen],
  );

  const toggle = useCallback(
    (row: number, withRange = false) => {
      const from = withRange ? (anchor.current ?? row) : row;
      anchor.current = row;
      setChosen((before) => {
        const id = rowIds[row];
        if (id === undefined) return before;
        const on = withRange && from !== row ? before.has(rowIds[from] ?? "") : !before.has(id);
        return changed(before, between(rowIds, from, row), on);
      });
    },
    [rowIds],
  );
  const extend = useCallback(
    (from: number, to: number) => {
      anchor.current = to;
      setChosen((before) => changed(before, between(rowIds, from, to), true));
    },
    [rowIds],
  );
  const all = useCallback(() => setChosen(new Set(rowIds)), [rowIds]);
  const clear = useCallback(() => setChosen(NONE), []);
  const has = useCallback((id: string) => chosen.has(id), [chosen]);
  return useMemo(() => ({ ids, has, toggle, extend, all, clear }), [ids, has, toggle, extend, all, clear]);
}

const NONE: ReadonlySet<string> = new Set();

function between(rowIds: string[], one: number, other: number): string[] {
  return rowIds.slice(Math.min(one, other), Math.max(one, other) + 1);
}

function changed(before: ReadonlySet<string>, ids: string[], on: boolean): ReadonlySet<string> {
  const after = new Set(before);
  for (const id of ids) {
    if (on) after.add(id);
    else after.delete(id);
  }
  return after;
}
