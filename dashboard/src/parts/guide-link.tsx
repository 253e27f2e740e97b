import type { ReactNode } from "react";

/** Leads to a guide, or to a heading of one: pages that the server writes, outside of the dashboard. */
export function GuideLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <a href={`/docs/${to}`} className="text-accent-text underline underline-offset-2">
      {children}
    </a>
  );
}
