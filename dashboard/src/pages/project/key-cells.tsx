import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { Clock, PencilLine } from "lucide-react";
import type { ComponentProps, MouseEvent } from "react";
import { Badge } from "../../components/badge.tsx";
import { cx } from "../../components/cx.ts";
import { RowCheck } from "../../components/row-check.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { languageLabel } from "../../parts/words.ts";
import { KeyName } from "./key-name.tsx";
import type { Key } from "./key-table.tsx";
import { Translation } from "./translation.tsx";
import type { Value } from "./use-values.ts";
import { ValueEditor } from "./value-editor.tsx";

/** What the table ties to a cell: its place, focus and tab stop. */
type CellProps = Pick<ComponentProps<"td">, "tabIndex" | "onFocus" | "aria-colindex"> & {
  "data-cell": string;
};

const CELL = "block min-w-0 scroll-mt-24 px-4 py-2 -outline-offset-2 md:py-2.5 md:min-h-10 hover:bg-hover";

export function KeyCell({
  entry,
  isSelected,
  onSelect,
  onClick,
  ...cellProps
}: CellProps & {
  entry: Key;
  isSelected: boolean;
  onSelect: (withRange: boolean) => void;
  onClick: () => void;
}) {
  function click(event: MouseEvent) {
    if (event.shiftKey || event.ctrlKey || event.metaKey) onSelect(event.shiftKey);
    else onClick();
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table hears Enter and Space
    <td {...cellProps} onClick={click} className={cx(CELL, "flex cursor-pointer gap-3")}>
      {/* Space on the cell does the same, so that Tab need not pass by every row. */}
      <RowCheck
        label={`Select ${entry.name}`}
        checked={isSelected}
        tabIndex={-1}
        onToggle={onSelect}
        className="mt-px"
      />
      <div className="min-w-0 grow">
        <KeyName name={entry.name} className="line-clamp-4" />
        {(entry.namespace !== DEFAULT_NAMESPACE || entry.tags.length > 0) && (
          <span className="mt-1 flex flex-wrap gap-1">
            {entry.namespace !== DEFAULT_NAMESPACE && <Badge tone="accent">{entry.namespace}</Badge>}
            {entry.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </span>
        )}
      </div>
    </td>
  );
}

export function ValueCell({
  entry,
  language,
  value,
  isEditing,
  onEdit,
  onSave,
  onLeave,
  ...cellProps
}: CellProps & {
  entry: Key;
  language: string;
  /** Undefined while it is not known, null when there is none. */
  value: Value | null | undefined;
  isEditing: boolean;
  onEdit: () => void;
  /** Rejects with the reason when it cannot be saved. */
  onSave: (text: string, revision: number) => Promise<unknown>;
  /** The text is saved or left as it was; "below" when the next row's text is to be written. */
  onLeave: (next?: "below") => void;
}) {
  const label = <span className="block text-xs text-muted md:hidden">{languageLabel(language)}</span>;
  if (isEditing && value !== undefined) {
    return (
      <td {...cellProps} tabIndex={-1} className="block min-w-0 px-2 py-2">
        {label}
        <ValueEditor
          language={language}
          keyName={entry.name}
          text={value?.text ?? ""}
          revision={value?.revision ?? 0}
          onSave={onSave}
          onClose={onLeave}
        />
      </td>
    );
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the table hears Enter
    <td {...cellProps} onClick={onEdit} className={cx(CELL, "cursor-text")}>
      {label}
      {value === undefined && <Skeleton className="my-1 h-3.5 w-2/3" />}
      {value === null && <span className="text-muted italic">No text yet</span>}
      {value && (
        <Translation language={language} className="line-clamp-6">
          {value.text}
        </Translation>
      )}
      {value && (value.outdated || value.status !== "approved") && (
        <span className="mt-1 flex flex-wrap gap-1">
          {value.outdated && <Badge icon={Clock}>Outdated</Badge>}
          {value.status !== "approved" && (
            <Badge icon={PencilLine}>{value.status === "draft" ? "Draft" : "Reviewed"}</Badge>
          )}
        </span>
      )}
    </td>
  );
}
