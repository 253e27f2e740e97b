import { Check, Minus } from "lucide-react";
import type { MouseEvent } from "react";
import { cx } from "./cx.ts";

/** The tick at the start of a table's row. Small and without state of its own: there are many of them. */
export function RowCheck({
  label,
  checked,
  tabIndex,
  onToggle,
  className,
}: {
  label: string;
  checked: boolean | "some";
  tabIndex?: number;
  /** `withRange` when Shift was held: everything since the last one. */
  onToggle: (withRange: boolean) => void;
  className?: string;
}) {
  const Mark = checked === "some" ? Minus : Check;
  return (
    <span
      className={cx(
        "relative grid size-4.5 shrink-0 place-items-center rounded-sm border border-line-strong bg-surface text-on-accent",
        "has-checked:border-accent has-checked:bg-accent has-indeterminate:border-accent has-indeterminate:bg-accent",
        "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent hover:border-muted",
        className,
      )}
    >
      <input
        ref={(input) => {
          if (input) input.indeterminate = checked === "some";
        }}
        type="checkbox"
        aria-label={label}
        checked={checked === true}
        {...(tabIndex !== undefined && { tabIndex })}
        onChange={() => {}}
        onClick={(event: MouseEvent) => {
          event.stopPropagation();
          onToggle(event.shiftKey);
        }}
        className="absolute -inset-2.5 size-9.5 cursor-pointer opacity-0"
      />
      {checked !== false && (
        <Mark
          aria-hidden
          className="pointer-events-none size-3.5 forced-colors:text-[CanvasText]"
          strokeWidth={3}
        />
      )}
    </span>
  );
}
