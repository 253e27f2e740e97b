import { Switch as Radix } from "radix-ui";
import { type ReactNode, useId } from "react";
import { cx } from "./cx.ts";

/**
 * A setting that is on or off, with its whole line as label. `production` colours the on state amber; pass a
 * description that says so in words, because colour alone says nothing.
 */
export function Switch({
  checked,
  onCheckedChange,
  label,
  description,
  tone = "accent",
  disabled,
  className,
}: {
  checked: boolean;
  onCheckedChange: (checked: boolean) => void;
  label: ReactNode;
  description?: ReactNode;
  tone?: "accent" | "production";
  disabled?: boolean;
  className?: string;
}) {
  const id = useId();
  return (
    <div className={cx("flex items-start gap-3", className)}>
      <div className="min-w-0 grow">
        <label htmlFor={id} className="block">
          {label}
        </label>
        {description && (
          <div id={`${id}-more`} className="text-sm/5 text-muted">
            {description}
          </div>
        )}
      </div>
      <Radix.Root
        id={id}
        checked={checked}
        onCheckedChange={onCheckedChange}
        disabled={disabled ?? false}
        aria-describedby={description ? `${id}-more` : undefined}
        className={cx(
          "relative mt-0.5 h-5 w-9 shrink-0 rounded-full bg-track transition-colors disabled:opacity-50",
          // The target reaches 44 px high without moving the lines apart.
          "before:absolute before:-inset-x-2 before:-inset-y-3",
          "forced-colors:border forced-colors:data-[state=checked]:bg-[Highlight]",
          tone === "production" ? "data-[state=checked]:bg-production" : "data-[state=checked]:bg-accent",
        )}
      >
        <Radix.Thumb className="block size-4 translate-x-0.5 rounded-full bg-[white] shadow-card transition-transform data-[state=checked]:translate-x-4.5 rtl:-translate-x-0.5 rtl:data-[state=checked]:-translate-x-4.5 forced-colors:bg-[ButtonText]" />
      </Radix.Root>
    </div>
  );
}
