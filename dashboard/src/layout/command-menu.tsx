import { hasRole } from "@parlance/contract/roles";
import { useQuery } from "@tanstack/react-query";
import { type NavigateOptions, useNavigate, useParams } from "@tanstack/react-router";
import {
  Blocks,
  Building2,
  FileText,
  Folder,
  FolderPlus,
  KeyRound,
  LogOut,
  type LucideIcon,
  Plus,
  Rocket,
  Search,
  UserPlus,
} from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { call } from "../api.ts";
import { cx } from "../components/cx.ts";
import { plainName } from "../components/name.tsx";
import { type Membership, useMemberships } from "../data/organization.tsx";
import { useList } from "../data/queries.ts";
import { signOut } from "../data/session.ts";
import { PERSONAL_PAGES, PROJECT_PAGES, pagesFor } from "./navigation.ts";

interface Command {
  id: string;
  label: string;
  /** What kind of thing it is, shown at the end of its line. */
  kind: string;
  icon: LucideIcon;
  run: () => unknown;
}

/** Every page, project and organization by name, and the keys of the project one is in, from the keyboard. */
export function CommandMenu({
  organization,
  onClose,
}: {
  organization: Membership | undefined;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState("");
  const [selected, setSelected] = useState(0);
  const id = useId();
  const commands = useCommands(organization);
  const keys = useKeyCommands(text);
  // Keys come from the server, which has matched them already.
  const matching = useMemo(() => [...match(commands, text), ...keys], [commands, text, keys]);
  const active = matching[Math.min(selected, matching.length - 1)];

  useEffect(() => dialog.current?.showModal(), []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the selection
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [active]);

  function run(command: Command | undefined) {
    if (!command) return;
    dialog.current?.close();
    command.run();
  }

  function press(event: KeyboardEvent) {
    const last = matching.length - 1;
    const at = Math.min(selected, last);
    const next = { ArrowDown: at >= last ? 0 : at + 1, ArrowUp: at <= 0 ? last : at - 1 }[event.key];
    if (next !== undefined) setSelected(next);
    else if (event.key === "Enter") run(active);
    else return;
    event.preventDefault();
  }

  return (
    <dialog
      ref={dialog}
      aria-label="Search and commands"
      onClose={onClose}
      onPointerDown={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      className="mx-auto mt-[12dvh] mb-auto w-[calc(100%-2rem)] max-w-xl overflow-hidden rounded border border-line bg-raised p-0 text-ink shadow-float backdrop:bg-scrim"
    >
      <input
        role="combobox"
        aria-label="Search pages, projects, keys and actions"
        aria-expanded="true"
        aria-controls={`${id}-list`}
        aria-activedescendant={active ? `${id}-${active.id}` : undefined}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        placeholder="Go to a page, a project, a key …"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setSelected(0);
        }}
        onKeyDown={press}
        className="w-full border-b border-line bg-transparent px-4 py-3.5 text-base outline-none placeholder:text-muted"
      />
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label="Results"
        className="max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5"
      >
        {matching.map((command) => (
          // biome-ignore lint/a11y/useFocusableInteractive: active descendant of the text field
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text field's
          <div
            key={command.id}
            id={`${id}-${command.id}`}
            role="option"
            aria-selected={command === active}
            onClick={() => run(command)}
            className={cx(
              "flex min-h-10 cursor-pointer items-center gap-3 rounded-sm px-2.5 py-1.5 text-sm hover:bg-hover",
              command === active && "bg-hover",
            )}
          >
            <command.icon aria-hidden className="size-4 shrink-0 text-muted" />
            <bdi className="min-w-0 grow">{command.label}</bdi>
            <span className="shrink-0 text-xs text-muted">{command.kind}</span>
          </div>
        ))}
      </div>
      <p
        role="status"
        className={matching.length > 0 ? "sr-only" : "px-4 pb-6 text-center text-sm text-muted"}
      >
        {matching.length === 0 ? "Nothing found" : `${matching.length} found`}
      </p>
    </dialog>
  );
}

/** What to type before keys are searched, and how long to pause: each search is a call. */
const KEYS_FROM_CHARACTERS = 2;
const TYPING_PAUSE_MS = 150;
const KEYS_SHOWN = 8;

/** Keys of the project one is in whose name or text holds what is typed, and the way to all of them. */
function useKeyCommands(typed: string): Command[] {
  const navigate = useNavigate();
  const { slug, project } = useParams({ strict: false });
  const text = useSettled(typed.trim(), TYPING_PAUSE_MS);
  const enabled = Boolean(slug && project) && text.length >= KEYS_FROM_CHARACTERS;
  const input = { projectId: `${slug}/${project}`, q: text.slice(0, 200), limit: KEYS_SHOWN };
  const found = useQuery({
    enabled,
    queryKey: ["keys.list", "command", input],
    queryFn: ({ signal }) => call("keys.list", input, signal),
  });
  return useMemo(() => {
    if (!enabled || !slug || !project) return [];
    const to = "/organizations/$slug/projects/$project/keys";
    const go = (q: string) => () => void navigate({ to, params: { slug, project }, search: { q } });
    const keys = found.data?.items ?? [];
    const all = { id: "search", label: `Search keys and texts for “${plainName(text)}”`, kind: "Action" };
    return [
      ...keys.map(({ id, name }) => ({
        id: `k${id}`,
        label: plainName(name),
        kind: "Key",
        icon: KeyRound,
        run: go(name),
      })),
      { ...all, icon: Search, run: go(text) },
    ];
  }, [enabled, slug, project, found.data, text, navigate]);
}

function useSettled(text: string, pauseMs: number): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pauseMs);
    return () => clearTimeout(timer);
  }, [text, pauseMs]);
  return settled;
}

function useCommands(organization: Membership | undefined): Command[] {
  const navigate = useNavigate();
  const memberships = useMemberships();
  const { project: here } = useParams({ strict: false });
  const projects = useList(
    "projects.list",
    { organizationId: organization?.id ?? "" },
    { enabled: Boolean(organization) },
  );
  return useMemo(() => {
    const go = (to: NavigateOptions) => () => void navigate(to);
    const commands: Command[] = [];
    const add = (kind: string, label: string, icon: LucideIcon, run: () => unknown) =>
      commands.push({ id: `c${commands.length}`, kind, label: plainName(label), icon, run });

    if (organization) {
      const { slug, role } = organization;
      if (here) {
        const params = { slug, project: here };
        for (const page of PROJECT_PAGES)
          add("This project", page.label, FileText, go({ to: page.to, params }));
        const publish = "/organizations/$slug/projects/$project/publish";
        if (hasRole(role, "admin")) add("Action", "Publish", Rocket, go({ to: publish, params }));
      }
      for (const page of pagesFor(role))
        add("Page", page.label, page.icon, go({ to: page.to, params: { slug } }));
      for (const project of projects.data ?? []) {
        const to = "/organizations/$slug/projects/$project";
        add("Project", project.name, Folder, go({ to, params: { slug, project: project.slug } }));
      }
      if (hasRole(role, "admin")) {
        const params = { slug };
        add(
          "Action",
          "Create a project",
          FolderPlus,
          go({ to: "/organizations/$slug", params, search: { create: true } }),
        );
        add(
          "Action",
          "Invite a member",
          UserPlus,
          go({ to: "/organizations/$slug/members", params, search: { invite: true } }),
        );
        add("Action", "Register an app", Blocks, go({ to: "/organizations/$slug/apps/register", params }));
      }
    }
    for (const page of PERSONAL_PAGES) add("You", page.label, page.icon, go({ to: page.to }));
    for (const one of memberships.data ?? []) {
      if (one.id === organization?.id) continue;
      add(
        "Organization",
        one.name,
        Building2,
        go({ to: "/organizations/$slug", params: { slug: one.slug } }),
      );
    }
    add("Action", "Create an organization", Plus, go({ to: "/create-organization" }));
    add("Action", "Sign out", LogOut, signOut);
    return commands;
  }, [navigate, organization, here, memberships.data, projects.data]);
}

/** Commands that contain every word typed, best first: those whose name begins with the text. */
function match(commands: Command[], text: string): Command[] {
  const query = fold(text);
  const words = query.split(/\s+/).filter(Boolean);
  const found = commands.filter((command) =>
    words.every((word) => fold(`${command.label} ${command.kind}`).includes(word)),
  );
  const rank = (command: Command) => (fold(command.label).startsWith(query) ? 0 : 1);
  return query ? found.sort((one, other) => rank(one) - rank(other)).slice(0, 50) : found.slice(0, 50);
}

/** Lower case, without accents. */
function fold(text: string): string {
  return text.replaceAll("ß", "ss").normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
