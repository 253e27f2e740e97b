import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { cx } from "./cx.ts";
import { controlClass, Field, type FieldText } from "./field.tsx";

/** The browser's own list: it is at home on every device, and needs no injected style. */
export function SelectField({
  label,
  error,
  hint,
  aside,
  id,
  options,
  className,
  ...rest
}: ComponentProps<"select"> &
  FieldText & { options: { value: string; label: string; disabled?: boolean }[] }) {
  return (
    <Field label={label} error={error ?? null} hint={hint} aside={aside} id={id}>
      {(ids) => (
        <div className="relative">
          <select
            {...rest}
            {...ids}
            className={cx(controlClass, "min-h-9 appearance-none py-1.5 ps-3 pe-9 text-sm", className)}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown
            aria-hidden
            className="pointer-events-none absolute inset-y-0 end-3 my-auto size-4 text-muted"
          />
        </div>
      )}
    </Field>
  );
}
