import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";

/** The browser's own radio button in our colours; group several in a `fieldset` under one `name`. */
export function Radio({ label, className, ...input }: ComponentProps<"input"> & { label: ReactNode }) {
  return (
    <label className={cx("flex items-start gap-3", className)}>
      <input
        type="radio"
        {...input}
        className={cx(
          "mt-0.5 size-4.5 shrink-0 appearance-none rounded-full border border-line-strong bg-surface transition-colors",
          "hover:border-muted checked:border-[5.5px] checked:border-accent forced-colors:appearance-auto",
        )}
      />
      <span className="min-w-0 grow">{label}</span>
    </label>
  );
}
