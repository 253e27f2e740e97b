import { Eye, EyeOff } from "lucide-react";
import { type ComponentProps, useState } from "react";
import { cx } from "./cx.ts";
import { controlClass, Field, type FieldText } from "./field.tsx";

type TextFieldProps = Omit<ComponentProps<"input">, "size"> & FieldText & { size?: "md" | "lg" };

/** A labelled line of text. On `lg` the letters are 16 px, so that a phone does not zoom in. */
export function TextField({
  label,
  error,
  hint,
  aside,
  id,
  size = "md",
  className,
  ...input
}: TextFieldProps) {
  return (
    <Field label={label} error={error ?? null} hint={hint} aside={aside} id={id}>
      {(ids) => <input dir="auto" {...input} {...ids} className={cx(controlClass, SIZE[size], className)} />}
    </Field>
  );
}

/** A password that can be looked at; the button does not send the form and is announced by what it does. */
export function PasswordField({ label, error, hint, aside, id, size = "lg", ...input }: TextFieldProps) {
  const [shown, setShown] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  return (
    <Field label={label} error={error ?? null} hint={hint} aside={aside} id={id}>
      {(ids) => (
        <div className="relative">
          <input
            {...input}
            {...ids}
            type={shown ? "text" : "password"}
            spellCheck={false}
            autoCapitalize="none"
            className={cx(controlClass, SIZE[size], "pe-11")}
          />
          <button
            type="button"
            aria-label={shown ? "Hide password" : "Show password"}
            onClick={() => setShown(!shown)}
            className="absolute inset-y-0.5 end-0.5 grid w-10 place-items-center rounded text-muted hover:text-ink"
          >
            <Icon aria-hidden className="size-4" />
          </button>
        </div>
      )}
    </Field>
  );
}

/** Several lines of text. */
export function TextArea({
  label,
  error,
  hint,
  aside,
  id,
  className,
  ...rest
}: ComponentProps<"textarea"> & FieldText) {
  return (
    <Field label={label} error={error ?? null} hint={hint} aside={aside} id={id}>
      {(ids) => (
        <textarea
          dir="auto"
          rows={3}
          {...rest}
          {...ids}
          className={cx(controlClass, "px-3 py-2 text-sm", className)}
        />
      )}
    </Field>
  );
}

const SIZE = { md: "min-h-9 px-3 py-1.5 text-sm", lg: "min-h-11 px-3 py-2 text-base" };
