import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

/** A page or list with nothing in it yet: what would be here, and the one next step. */
export function EmptyState({
  icon: Icon,
  title,
  action,
  children,
}: {
  icon?: LucideIcon;
  title: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-1 px-5 py-12 text-center">
      {Icon && (
        <span className="mb-3 grid size-11 place-items-center rounded border border-line bg-sunken text-muted">
          <Icon aria-hidden className="size-5" />
        </span>
      )}
      <h2 className="font-semibold">{title}</h2>
      {children && <div className="max-w-prose text-sm text-balance text-muted">{children}</div>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
