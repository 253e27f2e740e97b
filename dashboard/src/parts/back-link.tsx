import { Link, type LinkProps } from "@tanstack/react-router";
import { ChevronLeft } from "lucide-react";
import type { ReactNode } from "react";

/** To the list that the page is one of, above its heading. */
export function BackLink({ children, ...link }: LinkProps & { children: ReactNode }) {
  return (
    <p className="mb-2 text-sm">
      <Link
        {...link}
        className="inline-flex items-center gap-1 rounded-sm text-muted no-underline hover:text-ink"
      >
        <ChevronLeft aria-hidden className="size-4 rtl:-scale-x-100" />
        {children}
      </Link>
    </p>
  );
}
