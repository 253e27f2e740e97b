import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** A message that stays. `announce` reads it out when it appears: for the answer to what somebody just did. */
export function Alert({
  tone = "info",
  title,
  announce,
  action,
  className,
  children,
}: {
  tone?: "info" | "production" | "danger" | "live";
  title?: ReactNode;
  announce?: boolean;
  action?: ReactNode;
  className?: string;
  children?: ReactNode;
}) {
  const { Icon, box, ink } = TONE[tone];
  return (
    <div
      role={announce ? (tone === "danger" ? "alert" : "status") : undefined}
      className={cx("flex gap-2.5 rounded border px-3 py-2.5 text-sm", box, className)}
    >
      <Icon aria-hidden className={cx("mt-0.5 size-4 shrink-0", ink)} />
      <div className="min-w-0 grow">
        {title && <p className="font-medium">{title}</p>}
        {children && <div className={title ? "mt-0.5" : undefined}>{children}</div>}
        {action && <div className="mt-2">{action}</div>}
      </div>
    </div>
  );
}

const TONE = {
  info: { Icon: Info, box: "border-line bg-sunken", ink: "text-muted" },
  production: {
    Icon: TriangleAlert,
    box: "border-production-line bg-production-soft",
    ink: "text-production-text",
  },
  danger: { Icon: CircleAlert, box: "border-danger-line bg-danger-soft", ink: "text-danger-text" },
  live: { Icon: CircleCheck, box: "border-live-line bg-live-soft", ink: "text-live-text" },
};
