import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";

/** A state in one or two words. Tones other than neutral want an icon too. */
export function Badge({
  tone = "neutral",
  icon: Icon,
  children,
}: {
  tone?: "neutral" | "accent" | "production" | "danger" | "live";
  icon?: LucideIcon;
  children: ReactNode;
}) {
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1 rounded-full border px-2 py-px text-xs font-medium",
        TONE[tone],
      )}
    >
      {Icon && <Icon aria-hidden className="size-3 shrink-0" />}
      {children}
    </span>
  );
}

const TONE = {
  neutral: "border-line bg-sunken text-muted",
  accent: "border-accent-line bg-accent-soft text-accent-text",
  production: "border-production-line bg-production-soft text-production-text",
  danger: "border-danger-line bg-danger-soft text-danger-text",
  live: "border-live-line bg-live-soft text-live-text",
};
