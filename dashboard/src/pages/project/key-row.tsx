import { memo } from "react";
import { cx } from "../../components/cx.ts";
import { KeyCell, ValueCell } from "./key-cells.tsx";
import type { Key } from "./key-table.tsx";
import type { Cell } from "./use-grid-keys.ts";
import type { Value } from "./use-values.ts";

/** What a row reports to the table; the same object as long as the table stands. */
export interface RowActions {
  measure: (row: HTMLTableRowElement | null) => void;
  arrive: (cell: Cell) => void;
  enter: (cell: Cell) => void;
  leave: (next?: "below") => void;
  select: (row: number, withRange: boolean) => void;
  /** Rejects with the reason when it cannot be saved. */
  save: (keyId: string, language: string, text: string, revision: number) => Promise<unknown>;
}

interface Props {
  entry: Key;
  row: number;
  template: string;
  /** The languages in sight, source first, the columns they stand in, and the texts they hold. */
  shown: { language: string; column: number }[];
  values: (Value | null | undefined)[];
  /** The column Tab leads to; null when it is in another row. */
  tabStop: number | null;
  editing: number | null;
  isSelected: boolean;
  actions: RowActions;
}

/** One key and its texts in the languages in sight. Drawn again only when something in it has changed. */
export const KeyRow = memo(function KeyRow({
  entry,
  row,
  template,
  shown,
  values,
  tabStop,
  editing,
  isSelected,
  actions,
}: Props) {
  const at = (column: number) => ({
    "data-cell": `${row} ${column}`,
    "aria-colindex": column + 1,
    tabIndex: tabStop === column ? 0 : -1,
    onFocus: () => actions.arrive({ row, column }),
  });
  return (
    <tr
      ref={actions.measure}
      data-index={row}
      aria-rowindex={row + 2}
      aria-selected={isSelected}
      className={cx(
        "absolute inset-x-0 border-b border-line max-md:block max-md:py-2",
        template,
        isSelected && "bg-accent-soft",
      )}
    >
      <KeyCell
        {...at(0)}
        entry={entry}
        isSelected={isSelected}
        onSelect={(withRange) => actions.select(row, withRange)}
        onClick={() => actions.enter({ row, column: 0 })}
      />
      {shown.map(({ language, column }, index) => (
        <ValueCell
          key={language}
          {...at(column)}
          entry={entry}
          language={language}
          value={values[index]}
          isEditing={editing === column}
          onEdit={() => actions.enter({ row, column })}
          onSave={(text, revision) => actions.save(entry.id, language, text, revision)}
          onLeave={actions.leave}
        />
      ))}
    </tr>
  );
}, isSame);

function isSame(before: Props, after: Props): boolean {
  return (Object.keys(after) as (keyof Props)[]).every((name) =>
    name === "values"
      ? before.values.length === after.values.length &&
        after.values.every((value, index) => value === before.values[index])
      : before[name] === after[name],
  );
}
