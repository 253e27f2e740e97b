import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cx } from "./cx.ts";

/** One choice of several. Without a visible label give `aria-label`. */
export function Checkbox({
  checked,
  onCheckedChange,
  label,
  description,
  disabled,
  middle,
  className,
  "aria-label": ariaLabel,
}: {
  checked: boolean | "indeterminate";
  onCheckedChange: (checked: boolean) => void;
  label?: ReactNode;
  description?: ReactNode;
  disabled?: boolean;
  /** Beside a label of two lines or with a picture: in the middle instead of on the first line. */
  middle?: boolean;
  className?: string;
  "aria-label"?: string;
}) {
  const id = useId();
  return (
    <div className={cx("flex gap-3", middle ? "items-center" : "items-start", className)}>
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={(next) => onCheckedChange(next === true)}
        disabled={disabled ?? false}
        aria-label={ariaLabel}
        aria-describedby={description ? `${id}-more` : undefined}
        className={cx(
          "relative grid size-4.5 shrink-0 place-items-center rounded-sm border border-line-strong bg-surface text-on-accent",
          "transition-colors before:absolute before:-inset-2.5 hover:border-muted disabled:border-line disabled:bg-sunken",
          "data-[state=checked]:border-accent data-[state=checked]:bg-accent",
          !middle && "mt-0.5",
          "data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent",
        )}
      >
        <Radix.Indicator>
          {checked === "indeterminate" ? (
            <Minus aria-hidden className="size-3.5" strokeWidth={3} />
          ) : (
            <Check aria-hidden className="size-3.5" strokeWidth={3} />
          )}
        </Radix.Indicator>
      </Radix.Root>
      {(label || description) && (
        <div className="min-w-0 grow">
          {label && (
            <label htmlFor={id} className={cx("block", disabled && "text-muted")}>
              {label}
            </label>
          )}
          {description && (
            <div id={`${id}-more`} className="text-sm text-muted">
              {description}
            </div>
          )}
        </div>
      )}
    </div>
  );
}
