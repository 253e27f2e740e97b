import { ROLE_SENTENCES } from "@parlance/contract/roles";
import { Link } from "@tanstack/react-router";
import { Check, ChevronsUpDown, Plus } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { AppIcon } from "../components/app-icon.tsx";
import { Name } from "../components/name.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { type Membership, useMemberships } from "../data/organization.tsx";

/** The current organization, opening to the others. A list of links, so each can also be opened in a new tab. */
export function OrganizationSwitcher({ current }: { current: Membership | undefined }) {
  const [open, setOpen] = useState(false);
  const memberships = useMemberships();
  const root = useRef<HTMLDivElement>(null);
  const id = useId();
  useCloseOutside(root, open, () => setOpen(false));

  function press(event: KeyboardEvent) {
    if (!open) return;
    if (event.key === "Escape") {
      event.preventDefault();
      setOpen(false);
      root.current?.querySelector("button")?.focus();
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const links = [...(root.current?.querySelectorAll("a") ?? [])];
    links[links.indexOf(document.activeElement as HTMLAnchorElement) + step]?.focus();
  }

  if (memberships.isPending) return <Skeleton className="h-10 w-full" />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys reach it from the controls inside
    <div ref={root} className="relative" onKeyDown={press}>
      <button
        type="button"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onClick={() => setOpen(!open)}
        className="flex min-h-10 w-full items-center gap-2.5 rounded px-2 py-1 text-start hover:bg-hover"
      >
        <AppIcon name={current?.name ?? "+"} size="sm" />
        <span className="min-w-0 grow truncate text-sm font-semibold">
          {current ? <Name>{current.name}</Name> : "No organization yet"}
        </span>
        <span className="sr-only">, switch organization</span>
        <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
      </button>
      {open && (
        <div
          id={id}
          className="absolute inset-x-0 top-full z-30 mt-1 rounded border border-line bg-raised p-1 text-sm shadow-float"
        >
          <ul aria-label="Organizations" className="max-h-80 overflow-y-auto">
            {(memberships.data ?? []).map((one) => (
              <li key={one.id}>
                <Link
                  to="/organizations/$slug"
                  params={{ slug: one.slug }}
                  onClick={() => setOpen(false)}
                  className={ITEM}
                >
                  <AppIcon name={one.name} size="sm" />
                  <span className="min-w-0 grow">
                    <span className="line-clamp-2">
                      <Name>{one.name}</Name>
                    </span>
                    <span className="block text-xs text-muted" title={ROLE_SENTENCES[one.role]}>
                      {one.role}
                    </span>
                  </span>
                  {one.id === current?.id && <Check aria-label="current" className="size-4 shrink-0" />}
                </Link>
              </li>
            ))}
          </ul>
          <Link to="/create-organization" onClick={() => setOpen(false)} className={ITEM}>
            <Plus aria-hidden className="mx-1 size-4 shrink-0 text-muted" />
            Create an organization
          </Link>
        </div>
      )}
    </div>
  );
}

function useCloseOutside(root: React.RefObject<HTMLElement | null>, open: boolean, close: () => void) {
  useEffect(() => {
    if (!open) return;
    const check = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) close();
    };
    addEventListener("pointerdown", check);
    addEventListener("focusin", check);
    return () => {
      removeEventListener("pointerdown", check);
      removeEventListener("focusin", check);
    };
  });
}

const ITEM =
  "flex min-h-9 items-center gap-2.5 rounded-sm px-2 py-1.5 text-ink no-underline -outline-offset-2 hover:bg-hover";
