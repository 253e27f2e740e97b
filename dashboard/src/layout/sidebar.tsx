import { Link, type LinkProps } from "@tanstack/react-router";
import { BookOpen, LogOut, type LucideIcon, Search } from "lucide-react";
import { type ReactNode, useState } from "react";
import { AppIcon } from "../components/app-icon.tsx";
import { Button } from "../components/button.tsx";
import { Name } from "../components/name.tsx";
import { Skeleton } from "../components/skeleton.tsx";
import { useToast } from "../components/toast.tsx";
import type { Membership } from "../data/organization.tsx";
import { signOut, usePerson } from "../data/session.ts";
import { PERSONAL_PAGES, pagesFor } from "./navigation.ts";
import { OrganizationSwitcher } from "./organization-switcher.tsx";

/** Where one can go: the organization's pages by role, one's own, and out. */
export function Sidebar({
  organization,
  onSearch,
}: {
  organization: Membership | undefined;
  onSearch: () => void;
}) {
  const pages = organization ? pagesFor(organization.role) : [];
  const developer = pages.filter((page) => page.group === "developer");
  return (
    <div className="flex h-full flex-col gap-4 overflow-y-auto px-3 pt-3">
      <div className="flex flex-col gap-2 max-lg:me-9">
        <OrganizationSwitcher current={organization} />
        <button
          type="button"
          onClick={onSearch}
          className="flex min-h-8 items-center gap-2 rounded border border-line bg-surface px-2.5 text-sm text-muted hover:bg-hover hover:text-ink"
        >
          <Search aria-hidden className="size-4" />
          Search
          <kbd className="ms-auto font-sans text-xs">{SHORTCUT}</kbd>
        </button>
      </div>
      <nav aria-label="Main" className="flex flex-col gap-4">
        {organization && (
          <Section>
            {pages
              .filter((page) => page.group === "work")
              .map((page) => (
                <Place key={page.to} icon={page.icon} to={page.to} params={{ slug: organization.slug }}>
                  {page.label}
                </Place>
              ))}
          </Section>
        )}
        {organization && developer.length > 0 && (
          <Section title="Developer">
            {developer.map((page) => (
              <Place key={page.to} icon={page.icon} to={page.to} params={{ slug: organization.slug }}>
                {page.label}
              </Place>
            ))}
            <li>
              <a href="/docs" className={PLACE}>
                <BookOpen aria-hidden className="size-4 shrink-0" />
                Docs
              </a>
            </li>
          </Section>
        )}
        <Section title="You">
          {PERSONAL_PAGES.map((page) => (
            <Place key={page.to} icon={page.icon} to={page.to}>
              {page.label}
            </Place>
          ))}
        </Section>
      </nav>
      <SignedIn />
    </div>
  );
}

function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <div>
      {title && <h2 className="px-2.5 pb-1 text-xs font-medium text-muted">{title}</h2>}
      <ul className="flex flex-col gap-px">{children}</ul>
    </div>
  );
}

const PLACE =
  "flex min-h-8 items-center gap-2.5 rounded px-2.5 text-sm text-muted no-underline -outline-offset-2 hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:font-medium aria-[current=page]:text-ink";

function Place({ icon: Icon, children, ...link }: LinkProps & { icon: LucideIcon; children: ReactNode }) {
  const exact = link.to === "/organizations/$slug";
  return (
    <li>
      <Link {...link} activeOptions={{ exact, includeSearch: false }} className={PLACE}>
        <Icon aria-hidden className="size-4 shrink-0" />
        {children}
      </Link>
    </li>
  );
}

function SignedIn() {
  const { data: person } = usePerson();
  const toast = useToast();
  const [leaving, setLeaving] = useState(false);
  async function leave() {
    setLeaving(true);
    await signOut().catch((error: Error) => {
      setLeaving(false);
      toast({ tone: "danger", title: error.message });
    });
  }
  return (
    <div className="sticky bottom-0 -mx-3 mt-auto flex items-center gap-2.5 border-t border-line bg-canvas px-3 py-2.5">
      {person ? <AppIcon name={person.name} size="sm" /> : <Skeleton className="size-6" />}
      <div className="min-w-0 grow text-sm/4">
        {person ? (
          <>
            <span className="block truncate font-medium">
              <Name>{person.name}</Name>
            </span>
            <span className="block truncate text-xs text-muted">
              <Name>{person.email}</Name>
            </span>
          </>
        ) : (
          <Skeleton className="h-4 w-24" />
        )}
      </div>
      <Button variant="ghost" size="sm" aria-label="Sign out" busy={leaving} onClick={() => void leave()}>
        {!leaving && <LogOut aria-hidden className="rtl:-scale-x-100" />}
      </Button>
    </div>
  );
}

const SHORTCUT = /Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : "Ctrl K";
