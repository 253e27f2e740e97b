import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { cx } from "../../components/cx.ts";
import { useToast } from "../../components/toast.tsx";
import type { Item } from "../../data/queries.ts";
import { useOffset } from "../../parts/use-offset.ts";
import { KeyRow, type RowActions } from "./key-row.tsx";
import { KeyTableHead } from "./key-table-head.tsx";
import { type Columns, MOST_COLUMNS, useColumns } from "./use-columns.ts";
import { useEnd } from "./use-end.ts";
import { type Cell, useGridKeys } from "./use-grid-keys.ts";
import { type Selection, useSelection } from "./use-selection.ts";
import { useSetValue, useValues } from "./use-values.ts";
import { faultInWords } from "./value-editor.tsx";

export type Key = Item<"keys.list">;

/** Of a row whose texts fit on one line each; others are measured when they come into sight. */
const ROW_PX = 41;
/** What sticks to the top of the window and would cover the row one goes to. */
const HEAD_PX = 96;
/** The next page is read when so many rows are left below. */
const AHEAD = 40;
/** Columns that stand before the target languages: the key and its source text. */
const LEADING = 2;

/**
 * Keys and their texts. Only the cells in sight exist: rows follow the window, target languages are those of
 * `useColumns`. `use-grid-keys.ts` says which key does what. On narrow screens the cells of a row stand below each other.
 */
export function KeyTable({
  projectId,
  keys,
  sourceLanguage,
  targets,
  hasMore,
  onMore,
  onOpen,
  selected,
}: {
  projectId: string;
  keys: Key[];
  sourceLanguage: string;
  /** Target languages, those that do not fit included. */
  targets: string[];
  hasMore: boolean;
  /** Reads the next page, unless that is under way. */
  onMore: () => void;
  onOpen: (key: Key) => void;
  /** What can be done with the selected rows. */
  selected: (selection: Selection) => ReactNode;
}) {
  const list = useRef<HTMLTableSectionElement>(null);
  const ids = useMemo(() => keys.map(({ id }) => id), [keys]);
  // By key, not by row: rows may come and go above while somebody writes.
  const [editing, setEditing] = useState<{ id: string; column: number } | null>(null);
  const editingRow = useMemo(() => (editing ? ids.indexOf(editing.id) : -1), [ids, editing]);
  const selection = useSelection(ids);
  const columns = useColumns(list, targets, editing && editing.column - LEADING);
  const margin = useOffset(list);
  const activeRow = useRef(0);
  const rows = useWindowVirtualizer<HTMLTableRowElement>({
    count: keys.length,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 5,
    scrollMargin: margin,
    scrollPaddingStart: HEAD_PX,
    scrollPaddingEnd: 16,
    // Styles are set on elements by the library, never written into the page: its policy would refuse them.
    directDomUpdates: true,
    directDomUpdatesMode: "position",
    // The row one is in stays, so that neither the focus nor a half-written text is lost by scrolling.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const length = Math.min(count - 1, endIndex + overscan) - from + 1;
      const seen = Array.from({ length }, (_, i) => from + i);
      const pinned = Math.min(activeRow.current, count - 1);
      return seen.includes(pinned) || pinned < 0 ? seen : [...seen, pinned].sort((one, other) => one - other);
    },
  });
  const { startIndex = 0, endIndex = 0 } = rows.range ?? {};
  const end = useEnd({ hasMore, keyCount: keys.length, onMore, onReached: (cell) => grid.go(cell) });
  const grid = useGridKeys({
    body: list,
    rowCount: keys.length,
    columnCount: targets.length + LEADING,
    pageSize: Math.max(1, endIndex - startIndex - 2),
    selection,
    onReveal: ({ row, column }) => {
      activeRow.current = row;
      rows.scrollToIndex(row);
      if (column >= LEADING) columns.reveal(column - LEADING);
    },
    onOpen: enter,
    onLast: end.begin,
  });
  const { active } = grid;
  const pinned = editingRow >= 0 ? editingRow : active.row;
  activeRow.current = pinned;
  const save = useSave(projectId, sourceLanguage);
  const shown = useShown(sourceLanguage, columns);
  const values = useValues(projectId, {
    keyIds: ids,
    first: startIndex,
    last: endIndex + AHEAD / 2,
    pinned,
    languages: shown.map(({ language }) => language),
  });
  useEffect(() => {
    if (hasMore && endIndex >= keys.length - AHEAD) onMore();
  }, [hasMore, endIndex, keys.length, onMore]);

  /** The one cell that Tab leads to: the active one, or the nearest in sight. */
  const inSight = shown.filter(({ column }) => column >= LEADING).map(({ column }) => column);
  const tabStop =
    active.column < LEADING
      ? active.column
      : Math.max(inSight[0] ?? 0, Math.min(inSight.at(-1) ?? 0, active.column));
  const actions = useActions({
    measure: rows.measureElement,
    arrive: grid.setActive,
    enter,
    leave,
    select: selection.toggle,
    save,
  });

  function enter(cell: Cell) {
    grid.setActive(cell);
    const key = keys[cell.row];
    if (cell.column === 0 && key) onOpen(key);
    else if (cell.column > 0) edit(cell);
  }

  function edit({ row, column }: Cell) {
    const id = ids[row];
    if (id !== undefined) setEditing({ id, column });
  }

  function leave(next?: "below") {
    setEditing(null);
    if (!editing || editingRow < 0) return;
    const goesOn = next === "below" && editingRow + 1 < keys.length;
    const to = { row: goesOn ? editingRow + 1 : editingRow, column: editing.column };
    const cell = grid.go(to, { takeFocus: !goesOn });
    if (goesOn) edit(cell);
  }

  const template = cx("md:grid", COLUMNS[Math.min(columns.shown.length, MOST_COLUMNS)]);
  return (
    <>
      {values.error !== null && (
        <Alert
          tone="danger"
          announce
          className="m-3"
          title="Some texts could not be loaded"
          action={
            <Button size="sm" onClick={values.retry}>
              Try again
            </Button>
          }
        >
          {explain(values.error)}
        </Alert>
      )}
      <table
        // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells are entered and edited
        role="grid"
        aria-label="Keys"
        aria-multiselectable
        aria-rowcount={hasMore ? -1 : keys.length + 1}
        aria-colcount={targets.length + LEADING}
        onKeyDown={grid.press}
        className="block w-full text-sm"
      >
        <KeyTableHead
          template={template}
          sourceLanguage={sourceLanguage}
          columns={columns}
          selection={selection}
          rowCount={keys.length}
          locked={editing !== null}
        />
        <tbody
          ref={(element) => {
            list.current = element;
            rows.containerRef(element);
          }}
          className="relative block"
        >
          {rows.getVirtualItems().map(({ index, key: id }) => {
            const key = keys[index];
            if (!key) return null;
            return (
              <KeyRow
                key={id}
                entry={key}
                row={index}
                template={template}
                shown={shown}
                values={shown.map(({ language }) => values.valueOf(key.id, language))}
                tabStop={active.row === index ? tabStop : null}
                editing={editing?.id === key.id ? editing.column : null}
                isSelected={selection.has(key.id)}
                actions={actions}
              />
            );
          })}
        </tbody>
      </table>
      {end.isReading && (
        <p role="status" className="flex items-center justify-center gap-3 p-3 text-sm text-muted">
          Reading on to the last key.
          <Button size="sm" onClick={end.stop}>
            Stop
          </Button>
        </p>
      )}
      {selection.ids.length > 0 && selected(selection)}
    </>
  );
}

/** The languages in sight with the columns they stand in; the same as long as they are. */
function useShown(
  sourceLanguage: string,
  { shown, before }: Columns,
): { language: string; column: number }[] {
  const codes = shown.join(",");
  return useMemo(
    () => [
      { language: sourceLanguage, column: 1 },
      ...codes
        .split(",")
        .filter(Boolean)
        .map((language, index) => ({ language, column: before + index + LEADING })),
    ],
    [sourceLanguage, codes, before],
  );
}

/** The same functions as long as the table stands, so that rows which nothing happened to are not drawn again. */
function useActions(now: RowActions): RowActions {
  const latest = useRef(now);
  latest.current = now;
  const [actions] = useState<RowActions>(() => ({
    measure: (row) => latest.current.measure(row),
    arrive: (cell) => latest.current.arrive(cell),
    enter: (cell) => latest.current.enter(cell),
    leave: (next) => latest.current.leave(next),
    select: (row, withRange) => latest.current.select(row, withRange),
    save: (...value) => latest.current.save(...value),
  }));
  return actions;
}

/** Writes a value and says that it is saved, and what is doubtful about it. */
function useSave(projectId: string, sourceLanguage: string) {
  const toast = useToast();
  const setValue = useSetValue(projectId, sourceLanguage);
  return async (keyId: string, language: string, text: string, revision: number) => {
    const { warnings = [] } = await setValue(keyId, language, text, revision);
    const [warning] = warnings;
    toast({ title: warning ? `Saved, with a warning. ${faultInWords(warning)}` : "Saved" });
  };
}

/** By the number of target languages in sight. */
const COLUMNS: Record<number, string> = {
  0: "grid-cols-[minmax(0,1fr)_minmax(0,2fr)]",
  1: "grid-cols-[minmax(0,3.5fr)_repeat(2,minmax(0,3fr))]",
  2: "grid-cols-[minmax(0,3.5fr)_repeat(3,minmax(0,3fr))]",
  3: "grid-cols-[minmax(0,3.5fr)_repeat(4,minmax(0,3fr))]",
  4: "grid-cols-[minmax(0,3.5fr)_repeat(5,minmax(0,3fr))]",
  5: "grid-cols-[minmax(0,3.5fr)_repeat(6,minmax(0,3fr))]",
  6: "grid-cols-[minmax(0,3.5fr)_repeat(7,minmax(0,3fr))]",
};
