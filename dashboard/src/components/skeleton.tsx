import { cx } from "./cx.ts";

/** A grey bar of the height of what will come. Give size by class; the waiting itself is announced by `Loading`. */
export function Skeleton({ className }: { className?: string }) {
  return (
    <div
      aria-hidden
      className={cx("motion-safe:animate-pulse rounded-sm bg-sunken", className ?? "h-4 w-full")}
    />
  );
}

/** Rows of a list or table that is on its way. */
export function SkeletonRows({ rows = 5, className = "h-12" }: { rows?: number; className?: string }) {
  return (
    <div className="divide-y divide-line">
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className={cx("flex items-center gap-3 px-5", className)}>
          <Skeleton className="h-3.5 w-2/5" />
          <Skeleton className="ms-auto h-3.5 w-16" />
        </div>
      ))}
    </div>
  );
}

/** Says to a screen reader what the skeletons say to the eye. */
export function Loading({ label = "Loading" }: { label?: string }) {
  return (
    <p role="status" className="sr-only">
      {label}
    </p>
  );
}
