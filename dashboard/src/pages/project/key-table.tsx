import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import { explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { cx } from "../../components/cx.ts";
import { useToast } from "../../components/toast.tsx";
import type { Item } from "../../data/queries.ts";
import { languageName } from "../../parts/words.ts";
import { KeyCell, ValueCell } from "./key-cells.tsx";
import { useSetValue, useValues } from "./use-values.ts";
import { faultInWords } from "./value-editor.tsx";

export type Key = Item<"keys.list">;

interface Place {
  row: number;
  column: number;
}

/** Of a row whose texts fit on one line each; others are measured when they come into sight. */
const ROW_PX = 57;
/** What sticks to the top of the window and would cover the row one goes to. */
const HEAD_PX = 96;
/** The next page is read when so many rows are left below. */
const AHEAD = 20;

/**
 * Keys and their texts. Only rows in sight exist; arrows, Home, End and Page keys move between cells, Enter edits a text
 * or opens a key. On narrow screens the cells of a row stand below each other.
 */
export function KeyTable({
  projectId,
  keys,
  languages,
  hasMore,
  onMore,
  onOpen,
}: {
  projectId: string;
  keys: Key[];
  /** Source language first. */
  languages: string[];
  hasMore: boolean;
  onMore: () => void;
  onOpen: (key: Key) => void;
}) {
  const list = useRef<HTMLTableSectionElement>(null);
  const [active, setActive] = useState<Place>({ row: 0, column: 0 });
  const [editing, setEditing] = useState<Place | null>(null);
  const focusNext = useRef(false);
  const margin = useOffset(list);
  const rows = useWindowVirtualizer<HTMLTableRowElement>({
    count: keys.length,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => keys[index]?.id ?? index,
    overscan: 8,
    scrollMargin: margin,
    scrollPaddingStart: HEAD_PX,
    scrollPaddingEnd: 16,
    // Styles are set on elements by the library, never written into the page: its policy would refuse them.
    directDomUpdates: true,
    directDomUpdatesMode: "position",
    // The row one is in stays, so that neither the focus nor a half-written text is lost by scrolling.
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const from = Math.max(0, startIndex - overscan);
      const seen = Array.from(
        { length: Math.min(count - 1, endIndex + overscan) - from + 1 },
        (_, i) => from + i,
      );
      const kept = Math.min(active.row, count - 1);
      return seen.includes(kept) || kept < 0 ? seen : [...seen, kept].sort((one, other) => one - other);
    },
  });
  const save = useSave(projectId, languages[0]);
  const { startIndex = 0, endIndex = 0 } = rows.range ?? {};
  const values = useValues(projectId, {
    keyIds: keys.map(({ id }) => id),
    first: startIndex,
    last: endIndex + AHEAD,
    languages,
  });
  useEffect(() => {
    if (hasMore && endIndex >= keys.length - AHEAD) onMore();
  }, [hasMore, endIndex, keys.length, onMore]);
  useEffect(() => {
    if (!focusNext.current) return;
    const cell = list.current?.querySelector<HTMLElement>(`[data-cell="${active.row} ${active.column}"]`);
    if (!cell) return;
    focusNext.current = false;
    cell.focus({ preventScroll: true });
  });

  function go(to: Place) {
    const place = {
      row: Math.max(0, Math.min(keys.length - 1, to.row)),
      column: Math.max(0, Math.min(languages.length, to.column)),
    };
    focusNext.current = true;
    setActive(place);
    rows.scrollToIndex(place.row);
  }

  function press(event: KeyboardEvent) {
    if (editing || event.altKey) return;
    const page = Math.max(1, endIndex - startIndex - 2);
    const { row, column } = active;
    const far = event.ctrlKey || event.metaKey;
    const isRightToLeft = getComputedStyle(event.currentTarget).direction === "rtl";
    const onward = isRightToLeft ? -1 : 1;
    const targets: Record<string, Place> = {
      ArrowDown: { row: row + 1, column },
      ArrowUp: { row: row - 1, column },
      ArrowRight: { row, column: column + onward },
      ArrowLeft: { row, column: column - onward },
      PageDown: { row: row + page, column },
      PageUp: { row: row - page, column },
      Home: { row: far ? 0 : row, column: 0 },
      End: { row: far ? keys.length - 1 : row, column: languages.length },
    };
    const target = targets[event.key];
    if (!target && event.key !== "Enter" && event.key !== "F2") return;
    event.preventDefault();
    if (target) return go(target);
    enter(active);
  }

  function enter(place: Place) {
    setActive(place);
    const key = keys[place.row];
    if (place.column === 0 && key) onOpen(key);
    else if (place.column > 0) setEditing(place);
  }

  function leave() {
    setEditing(null);
    focusNext.current = true;
  }

  const columns = cx("md:grid", COLUMNS[languages.length]);
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
        aria-rowcount={hasMore ? -1 : keys.length + 1}
        aria-colcount={languages.length + 1}
        onKeyDown={press}
        className="block w-full text-sm"
      >
        <thead className="sticky top-0 z-10 border-b border-line bg-sunken text-xs font-medium text-muted max-lg:top-13 max-md:sr-only block">
          <tr aria-rowindex={1} className={columns}>
            <th scope="col" className="px-4 py-2 text-start font-medium">
              Key
            </th>
            {languages.map((language) => (
              <th key={language} scope="col" className="px-4 py-2 text-start font-medium">
                {languageName(language) ?? language}
              </th>
            ))}
          </tr>
        </thead>
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
            const at = (column: number) => ({
              "data-cell": `${index} ${column}`,
              "aria-colindex": column + 1,
              tabIndex: active.row === index && active.column === column ? 0 : -1,
              onFocus: () => setActive({ row: index, column }),
            });
            return (
              <tr
                key={id}
                ref={rows.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
                className={cx("absolute inset-x-0 border-b border-line max-md:block max-md:py-2", columns)}
              >
                <KeyCell {...at(0)} entry={key} onClick={() => enter({ row: index, column: 0 })} />
                {languages.map((language, at0) => (
                  <ValueCell
                    key={language}
                    {...at(at0 + 1)}
                    entry={key}
                    language={language}
                    value={values.valueOf(key.id, language)}
                    isEditing={editing?.row === index && editing.column === at0 + 1}
                    onEdit={() => enter({ row: index, column: at0 + 1 })}
                    onSave={(text, revision) => save(key.id, language, text, revision)}
                    onLeave={leave}
                  />
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}

/** Writes a value and says that it is saved, and what is doubtful about it. */
function useSave(projectId: string, sourceLanguage: string | undefined) {
  const toast = useToast();
  const setValue = useSetValue(projectId, sourceLanguage);
  return async (keyId: string, language: string, text: string, revision: number) => {
    const { warnings = [] } = await setValue(keyId, language, text, revision);
    const [warning] = warnings;
    toast({ title: warning ? `Saved, with a warning. ${faultInWords(warning)}` : "Saved" });
  };
}

/** How far below the top of the document the rows begin. */
function useOffset(element: React.RefObject<HTMLElement | null>): number {
  const [offset, setOffset] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const top = element.current?.getBoundingClientRect().top ?? 0;
      setOffset(Math.round(top + scrollY));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(document.body);
    return () => watch.disconnect();
  }, [element]);
  return offset;
}

/** By the number of languages. */
const COLUMNS: Record<number, string> = {
  1: "grid-cols-[minmax(0,1fr)_minmax(0,2fr)]",
  2: "grid-cols-[minmax(0,2fr)_repeat(2,minmax(0,3fr))]",
  3: "grid-cols-[minmax(0,2fr)_repeat(3,minmax(0,3fr))]",
};
