import { useEffect, useState } from "react";
import type { Cell } from "./use-grid-keys.ts";

/** Reads every page there is when somebody asks for the last row, then goes there. */
export function useEnd({
  hasMore,
  keyCount,
  onMore,
  onReached,
}: {
  hasMore: boolean;
  keyCount: number;
  onMore: () => void;
  onReached: (cell: Cell) => void;
}) {
  const [column, setColumn] = useState<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per page that arrives
  useEffect(() => {
    if (column === null) return;
    if (hasMore) return onMore();
    setColumn(null);
    onReached({ row: keyCount - 1, column });
  }, [column, hasMore, keyCount, onMore]);
  return {
    isReading: column !== null,
    begin(to: number) {
      if (hasMore) setColumn(to);
      return hasMore;
    },
    stop: () => setColumn(null),
  };
}
