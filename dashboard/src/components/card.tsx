import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** One thing on the page, under a hairline. `flush` leaves the padding to the rows inside. */
export function Card({
  title,
  description,
  actions,
  flush,
  className,
  children,
}: {
  title?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
  flush?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  return (
    <section className={cx("rounded border border-line bg-surface", className)}>
      {(title || actions) && (
        <header
          className={cx(
            "flex flex-wrap justify-between gap-x-4 gap-y-2 border-b border-line px-5 py-4",
            description ? "items-start" : "items-center",
          )}
        >
          <div className="min-w-0">
            <h2 className="font-semibold">{title}</h2>
            {description && <p className="mt-0.5 text-sm text-muted">{description}</p>}
          </div>
          {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
        </header>
      )}
      <div className={flush ? undefined : "p-5"}>{children}</div>
    </section>
  );
}
