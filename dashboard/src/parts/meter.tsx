import { cx } from "../components/cx.ts";

/**
 * How much of something is done, 0 to 100. Decoration: the numbers stand beside it. An attribute of the picture,
 * because styles must not be inline.
 */
export function Meter({ percent, className = "h-1.5 w-24" }: { percent: number; className?: string }) {
  return (
    <svg
      aria-hidden
      className={cx("rounded-full bg-sunken rtl:-scale-x-100", className)}
      preserveAspectRatio="none"
    >
      <rect width={`${Math.max(0, Math.min(100, percent))}%`} height="100%" className="fill-accent" />
    </svg>
  );
}
