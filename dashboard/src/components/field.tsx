import { CircleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cx } from "./cx.ts";

export interface FieldText {
  label: ReactNode;
  /** What is wrong and how to put it right; null or absent when nothing is. */
  error?: string | null;
  hint?: ReactNode;
  /** Stands at the end of the label's line, for a link. */
  aside?: ReactNode;
}

/** Label, hint and error around one control; gives the control the ids that tie them together. */
export function Field({
  label,
  error,
  hint,
  aside,
  id: given,
  className,
  children,
}: FieldText & {
  id?: string | undefined;
  className?: string;
  children: (ids: {
    id: string;
    "aria-invalid": true | undefined;
    "aria-describedby": string | undefined;
  }) => ReactNode;
}) {
  const made = useId();
  const id = given ?? made;
  const describedBy = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
  return (
    <div className={cx("flex flex-col gap-1.5", className)}>
      <div className="flex flex-wrap items-baseline justify-between gap-x-3">
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        {aside}
      </div>
      {children({ id, "aria-invalid": error ? true : undefined, "aria-describedby": describedBy })}
      {error && (
        <p id={`${id}-error`} className="flex items-start gap-1.5 text-sm text-danger-text">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      )}
    </div>
  );
}

export const controlClass =
  "w-full rounded border border-line-strong bg-surface text-ink placeholder:text-muted transition-colors " +
  "hover:border-muted [&:not(select)]:read-only:bg-sunken disabled:bg-sunken disabled:text-muted aria-invalid:border-danger";
