import { ChevronLeft, ChevronRight } from "lucide-react";
import { Button } from "../../components/button.tsx";
import { cx } from "../../components/cx.ts";
import { RowCheck } from "../../components/row-check.tsx";
import { count, languageLabel } from "../../parts/words.ts";
import type { Columns } from "./use-columns.ts";
import type { Selection } from "./use-selection.ts";

/** Names the columns, selects every row that was read, and moves on to the languages that do not fit. */
export function KeyTableHead({
  template,
  sourceLanguage,
  columns,
  selection,
  rowCount,
  locked,
}: {
  /** The columns of the grid, as the rows have them. */
  template: string;
  sourceLanguage: string;
  columns: Columns;
  selection: Selection;
  rowCount: number;
  /** A text is being written, and would be lost if its column went out of sight. */
  locked: boolean;
}) {
  const { shown, before, after, move } = columns;
  const total = before + shown.length + after;
  const chosen = selection.ids.length;
  return (
    <thead className="sticky top-0 z-10 block border-b border-line bg-sunken text-xs font-medium text-muted max-lg:top-13">
      <tr aria-rowindex={1} className={cx("max-md:flex max-md:items-center", template)}>
        <th
          scope="col"
          aria-colindex={1}
          className="flex min-w-0 items-center gap-3 px-4 py-2 text-start font-medium"
        >
          <RowCheck
            label="Select all keys that were read"
            checked={chosen > 0 && (chosen < rowCount ? "some" : true)}
            onToggle={() => (chosen > 0 ? selection.clear() : selection.all())}
          />
          <span className="max-md:sr-only">Key</span>
        </th>
        <th
          scope="col"
          aria-colindex={2}
          className="min-w-0 self-center truncate px-4 py-2 text-start font-medium max-md:sr-only"
        >
          {languageLabel(sourceLanguage)}
        </th>
        {shown.map((language, index) => (
          <th
            key={language}
            scope="col"
            aria-colindex={before + index + 3}
            className="flex min-w-0 items-center gap-1 px-4 py-1 text-start font-medium max-md:grow max-md:ps-0"
          >
            {index === 0 && total > shown.length && (
              <Turn
                label={count(before, "language before", "languages before")}
                disabled={before === 0 || locked}
                onClick={() => move(-shown.length)}
                className="md:-ms-2"
                Icon={ChevronLeft}
              />
            )}
            <span className="min-w-0 truncate max-md:grow max-md:text-center">
              {languageLabel(language)}
              {total > 1 && (
                <span className="md:hidden">
                  {" "}
                  ({before + 1} of {total})
                </span>
              )}
            </span>
            {index === shown.length - 1 && total > shown.length && (
              <Turn
                label={count(after, "more language", "more languages")}
                disabled={after === 0 || locked}
                onClick={() => move(shown.length)}
                className="ms-auto -me-2"
                Icon={ChevronRight}
              />
            )}
          </th>
        ))}
      </tr>
    </thead>
  );
}

function Turn({
  label,
  Icon,
  className,
  ...rest
}: {
  label: string;
  disabled: boolean;
  onClick: () => void;
  className: string;
  Icon: typeof ChevronLeft;
}) {
  return (
    <Button
      size="sm"
      variant="ghost"
      aria-label={label}
      title={label}
      {...rest}
      className={cx("aria-disabled:opacity-40", className)}
    >
      <Icon aria-hidden className="rtl:-scale-x-100" />
    </Button>
  );
}
