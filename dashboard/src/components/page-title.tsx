import { type ReactNode, useEffect, useRef } from "react";

/** The heading of a page: names the browser tab, and takes the focus when the page appears so that it is read out. */
export function PageTitle({
  title,
  documentTitle,
  description,
  actions,
}: {
  title: ReactNode;
  /** Needed when `title` is not plain text. */
  documentTitle?: string;
  description?: ReactNode;
  actions?: ReactNode;
}) {
  const text = documentTitle ?? (typeof title === "string" ? title : "");
  const heading = useArrival<HTMLHeadingElement>(text);
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 ref={heading} tabIndex={-1} className="text-xl/7 font-semibold tracking-tight">
          {title}
        </h1>
        {description && <p className="mt-1 max-w-prose text-sm text-muted">{description}</p>}
      </div>
      {actions && <div className="flex flex-wrap gap-2">{actions}</div>}
    </header>
  );
}

/** Names the tab and moves the focus to the element, unless something on the page has already taken it. */
export function useArrival<Element extends HTMLElement>(documentTitle: string) {
  const element = useRef<Element>(null);
  useEffect(() => {
    document.title = documentTitle ? `${documentTitle} · Parlance` : "Parlance";
  }, [documentTitle]);
  useEffect(() => {
    const active = document.activeElement;
    if (!active || active === document.body) element.current?.focus({ preventScroll: true });
  }, []);
  return element;
}
