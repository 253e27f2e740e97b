import type { ReactNode } from "react";
import { cx } from "../components/cx.ts";
import { Mark } from "../components/mark.tsx";
import { useArrival } from "../components/page-title.tsx";
import { WrongAddress } from "../components/wrong-address.tsx";

/** The frame of a signed-out page: one card in the middle, the whole screen on a phone. */
export function Shell({ wide, children }: { wide?: boolean; children: ReactNode }) {
  return (
    <div
      className={cx(
        "flex min-h-dvh flex-col items-center bg-surface sm:bg-canvas sm:px-4 sm:pt-10",
        !wide && "tall:sm:pt-24",
      )}
    >
      <main
        className={cx(
          "w-full bg-surface sm:rounded sm:border sm:border-line sm:shadow-card",
          wide ? "sm:max-w-[30rem]" : "sm:max-w-[26rem]",
        )}
      >
        <WrongAddress className="m-4" />
        {children}
      </main>
      <footer className="mt-auto flex flex-wrap items-center justify-center gap-x-2 px-4 py-6 text-sm text-muted">
        <Mark className="size-4" />
        <span>Parlance</span>
        <span aria-hidden>·</span>
        <bdi>{location.host}</bdi>
      </footer>
    </div>
  );
}

/** The inside of a short page: sign, heading, what it is about, and then the form or the one next step. */
export function Sheet({
  title,
  documentTitle,
  icon,
  lead,
  children,
}: {
  title: ReactNode;
  documentTitle?: string;
  /** Stands in place of our sign. */
  icon?: ReactNode;
  lead?: ReactNode;
  children?: ReactNode;
}) {
  const heading = useArrival<HTMLHeadingElement>(documentTitle ?? (typeof title === "string" ? title : ""));
  return (
    <div className="flex flex-col gap-6 px-5 py-8 sm:px-8">
      <header className="flex flex-col gap-2">
        <div className="mb-3">{icon ?? <Mark className="size-10" />}</div>
        <h1
          ref={heading}
          tabIndex={-1}
          className="text-[1.375rem]/7 font-semibold tracking-tight text-balance"
        >
          {title}
        </h1>
        {lead && <div className="text-pretty text-muted">{lead}</div>}
      </header>
      {children}
    </div>
  );
}

/** A link inside a sentence. */
export const linkClass =
  "rounded-sm font-medium text-accent-text underline decoration-accent-line underline-offset-4 hover:decoration-current";
