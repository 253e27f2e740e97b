import { LoaderCircle } from "lucide-react";
import type { ComponentProps, MouseEvent } from "react";
import { cx } from "./cx.ts";

interface Look {
  variant?: "primary" | "secondary" | "ghost" | "danger";
  size?: "sm" | "md" | "lg";
  /** Takes the whole line. */
  block?: boolean;
}

interface ButtonProps extends ComponentProps<"button">, Look {
  /** The work it started is running: shows it, keeps its width, ignores further clicks. */
  busy?: boolean;
}

/** `disabled` keeps the button focusable, so that the reason beside it (`aria-describedby`) can be heard. */
export function Button({
  variant,
  size,
  block,
  busy,
  disabled,
  onClick,
  className,
  children,
  ...rest
}: ButtonProps) {
  const idle = busy || disabled;
  function click(event: MouseEvent<HTMLButtonElement>) {
    if (idle) event.preventDefault();
    else onClick?.(event);
  }
  return (
    <button
      type="button"
      {...rest}
      aria-disabled={idle || undefined}
      aria-busy={busy || undefined}
      onClick={click}
      className={cx(buttonClass({ variant, size, block }), className)}
    >
      {busy && <LoaderCircle aria-hidden className="motion-safe:animate-spin" />}
      {children}
    </button>
  );
}

/** The same look for links: `<a className={buttonClass({ variant: "primary" })}>`. */
export function buttonClass({ variant = "secondary", size = "md", block }: Look = {}): string {
  return cx(BASE, VARIANT[variant], SIZE[size], block && "w-full");
}

const BASE =
  "inline-flex max-w-full shrink-0 items-center justify-center gap-2 rounded border text-center font-medium no-underline transition-colors " +
  "[&_svg]:size-4 [&_svg]:shrink-0 aria-disabled:cursor-not-allowed forced-colors:border-solid";

const VARIANT = {
  primary:
    "border-transparent bg-accent text-on-accent hover:bg-accent-hover " +
    "aria-disabled:not-aria-busy:bg-sunken aria-disabled:not-aria-busy:text-muted aria-disabled:not-aria-busy:border-line",
  secondary: "border-line-strong/60 bg-surface text-ink shadow-card hover:bg-hover aria-disabled:text-muted",
  ghost: "border-transparent text-muted hover:bg-hover hover:text-ink aria-disabled:text-muted",
  danger:
    "border-transparent bg-danger text-on-accent hover:bg-danger-hover aria-disabled:not-aria-busy:opacity-60",
};

const SIZE = {
  sm: "min-h-8 px-2.5 py-1 text-sm",
  md: "min-h-9 px-3.5 py-1.5 text-sm",
  lg: "min-h-11 px-4 py-2 text-base",
};
