import { Outlet, useParams, useRouterState } from "@tanstack/react-router";
import { Menu as MenuIcon, Search } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { Button } from "../components/button.tsx";
import { Mark } from "../components/mark.tsx";
import { Name } from "../components/name.tsx";
import { lastOrganization, type Membership, useMemberships } from "../data/organization.tsx";
import { properAddress } from "../server-settings.ts";
import { Sidebar } from "./sidebar.tsx";

const Drawer = lazy(() => import("./drawer.tsx").then((file) => ({ default: file.Drawer })));
const WrongAddress = lazy(() =>
  import("../components/wrong-address.tsx").then((file) => ({ default: file.WrongAddress })),
);
const loadMenu = () => import("./command-menu.tsx");
const CommandMenu = lazy(() => loadMenu().then((file) => ({ default: file.CommandMenu })));
/** When the page has settled, the menu is fetched, so that nothing typed right after ⌘K is lost. */
const MENU_AFTER_MS = 2000;

/** Side bar and page; on narrow screens a header with the side bar behind a button. */
export function Shell() {
  const [searching, setSearching] = useState(false);
  const [drawer, setDrawer] = useState(false);
  const main = useRef<HTMLElement>(null);
  const organization = useCurrentOrganization();
  const path = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  useFocusOnArrival(main, path);
  useShortcuts(() => setSearching(true));
  const search = () => setSearching(true);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[15.5rem_minmax(0,1fr)]">
      <a
        href="#main"
        className="fixed start-3 top-3 z-50 -translate-y-16 rounded bg-accent px-3 py-2 text-sm font-medium text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <aside className="sticky top-0 hidden h-dvh border-e border-line lg:block">
        <Sidebar organization={organization} onSearch={search} />
      </aside>
      <header className="sticky top-0 z-20 flex h-13 items-center gap-1 border-b border-line bg-canvas px-2 lg:hidden">
        <Button variant="ghost" aria-label="Open navigation" onClick={() => setDrawer(true)}>
          <MenuIcon aria-hidden />
        </Button>
        <Mark className="size-5" />
        <span className="min-w-0 grow truncate ps-1.5 text-sm font-medium">
          {organization ? <Name>{organization.name}</Name> : "Parlance"}
        </span>
        <Button variant="ghost" aria-label="Search and commands" onClick={search}>
          <Search aria-hidden />
        </Button>
      </header>
      {drawer && (
        <Suspense>
          <Drawer open onClose={() => setDrawer(false)} closeWhenChanged={path}>
            <Sidebar organization={organization} onSearch={search} />
          </Drawer>
        </Suspense>
      )}
      <main ref={main} id="main" tabIndex={-1} className="min-w-0 outline-none">
        {/* Room below, so that nothing stays hidden behind what floats there. */}
        <div className="mx-auto max-w-4xl has-data-wide:max-w-none px-4 pt-6 pb-24 sm:px-8 lg:pt-10">
          {properAddress() && (
            <Suspense>
              <WrongAddress className="mb-6" />
            </Suspense>
          )}
          <Outlet />
        </div>
      </main>
      {searching && (
        <Suspense>
          <CommandMenu organization={organization} onClose={() => setSearching(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** The organization of the address; on pages about oneself the one last worked in. */
function useCurrentOrganization(): Membership | undefined {
  const { slug } = useParams({ strict: false });
  const { data = [] } = useMemberships();
  return data.find((one) => one.slug === slug) ?? lastOrganization(data);
}

/**
 * A new page is read out by its heading. One that still loads takes the focus itself when it appears, as long as
 * nothing holds it (`useArrival`).
 */
function useFocusOnArrival(main: React.RefObject<HTMLElement | null>, path: string | undefined) {
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    const isFirst = before.current === undefined;
    before.current = path;
    if (isFirst) return;
    const heading = main.current?.querySelector("h1");
    if (heading) heading.focus({ preventScroll: true });
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }, [main, path]);
}

/** ⌘K or Ctrl+K opens the menu of everything; `/` goes to the page's search field. */
function useShortcuts(openMenu: () => void) {
  const open = useRef(openMenu);
  open.current = openMenu;
  useEffect(() => {
    // Opening it reports a failed fetch; until then nobody waits for it.
    const timer = setTimeout(() => loadMenu().catch(() => {}), MENU_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    function press(event: KeyboardEvent) {
      if (document.querySelector("dialog[open]")) return;
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        open.current();
        return;
      }
      const typing = (event.target as HTMLElement).closest?.("input, textarea, select");
      const field = document.querySelector<HTMLElement>("[data-search]");
      if (event.key !== "/" || typing || !field) return;
      event.preventDefault();
      field.focus();
    }
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
