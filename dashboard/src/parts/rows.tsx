import { ChevronDown } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { cx } from "../components/cx.ts";

/**
 * Things under each other with a hairline between. Up, Down, Home and End move between rows: the element that stands
 * for a row carries `data-row`.
 */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} onKeyDown={moveBetweenRows} className="divide-y divide-line">
      {children}
    </ul>
  );
}

/** A row without more to it. Far ones are not laid out until they come near, so long lists stay quick. */
export function Row({ className, children }: { className?: string; children: ReactNode }) {
  return (
    <li
      className={cx(
        "flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3.5 text-sm [contain-intrinsic-size:auto_4rem] [content-visibility:auto]",
        className,
      )}
    >
      {children}
    </li>
  );
}

/** A row that opens to more. `actions` stand beside the button that opens it; Esc closes. */
export function ExpandableRow({
  summary,
  actions,
  children,
}: {
  summary: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(false);
  const id = useId();
  function close(event: KeyboardEvent<HTMLLIElement>) {
    if (event.key !== "Escape" || !open) return;
    setOpen(false);
    event.currentTarget.querySelector<HTMLElement>("[data-row]")?.focus();
  }
  return (
    <li onKeyDown={close} className="text-sm [contain-intrinsic-size:auto_3.5rem] [content-visibility:auto]">
      <div className="flex flex-wrap items-center gap-x-2 pe-3 hover:bg-hover sm:flex-nowrap">
        <button
          type="button"
          data-row
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          onClick={() => setOpen(!open)}
          className="flex min-h-12 min-w-0 grow items-center gap-3 py-3 ps-5 text-start -outline-offset-2 max-sm:basis-full"
        >
          {summary}
          <ChevronDown
            aria-hidden
            className={cx("ms-auto size-4 shrink-0 text-muted transition-transform", open && "rotate-180")}
          />
        </button>
        {actions && <div className="shrink-0 max-sm:-mt-1 max-sm:pb-3 max-sm:ps-17">{actions}</div>}
      </div>
      {open && (
        <div id={id} className="border-t border-line bg-canvas px-5 py-4">
          {children}
        </div>
      )}
    </li>
  );
}

/** The end of a list that was not read to its end. `auto` reads on when it comes into sight. */
export function MoreRows({
  query,
  auto,
}: {
  auto?: boolean;
  query: {
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    isFetchNextPageError: boolean;
    fetchNextPage: () => unknown;
  };
}) {
  const end = useRef<HTMLDivElement>(null);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = query;
  useEffect(() => {
    if (!auto || !hasNextPage || isFetchingNextPage || isFetchNextPageError || !end.current) return;
    const seen = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) void fetchNextPage();
      },
      { rootMargin: "600px" },
    );
    seen.observe(end.current);
    return () => seen.disconnect();
  }, [auto, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  if (!hasNextPage) return null;
  return (
    <div ref={end} className="flex flex-wrap items-center justify-center gap-3 border-t border-line p-3">
      {isFetchNextPageError && (
        <p role="alert" className="text-sm text-danger-text">
          The next rows could not be loaded.
        </p>
      )}
      <Button size="sm" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        {isFetchNextPageError ? "Try again" : "Show more"}
      </Button>
    </div>
  );
}

function moveBetweenRows(event: KeyboardEvent<HTMLUListElement>) {
  if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute("data-row")) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const here = rows.indexOf(event.target);
  const there = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (there === undefined) return;
  event.preventDefault();
  rows[there]?.focus();
}
