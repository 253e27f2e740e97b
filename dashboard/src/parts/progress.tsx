import type { ReactNode } from "react";
import { Meter } from "./meter.tsx";

/** How far long work is, with its numbers below. `percent` is null while nobody knows. */
export function Progress({
  label,
  percent,
  children,
}: {
  label: string;
  percent: number | null;
  children?: ReactNode;
}) {
  return (
    <div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent === null ? undefined : Math.floor(percent)}
      >
        <Meter percent={percent ?? 0} className="h-2 w-full" />
      </div>
      {children && <div className="mt-2 text-sm text-muted tabular-nums">{children}</div>}
    </div>
  );
}
