import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";
import { SomeOf } from "../../parts/some-of.tsx";
import { type Search as KeySearch, STATES } from "./key-search.ts";
import type { Project } from "./use-project.ts";

const TYPING_PAUSE_MS = 250;

/** What the table shows: found by text, narrowed by namespace and state, in the languages one chooses. */
export function KeyFilters({
  project,
  search,
  languages,
  onChange,
}: {
  project: Project;
  search: KeySearch;
  /** The target languages shown. */
  languages: string[];
  onChange: (change: KeySearch) => void;
}) {
  const targets = project.languages.filter(({ isSource }) => !isSource);
  return (
    <div className="mb-4 grid grid-cols-2 gap-3 max-sm:*:first:col-span-2 lg:grid-cols-[minmax(0,2fr)_repeat(4,minmax(0,1fr))]">
      <SearchField value={search.q ?? ""} onChange={(q) => onChange({ q })} />
      <SelectField
        label="Namespace"
        value={search.namespace ?? ""}
        options={[
          { value: "", label: "All" },
          ...project.namespaces.map(({ name }) => ({ value: name, label: name })),
        ]}
        onChange={(event) => onChange({ namespace: event.target.value })}
      />
      <SelectField
        label="Texts"
        value={search.state ?? ""}
        options={[
          { value: "", label: "All" },
          ...Object.entries(STATES).map(([value, { label }]) => ({ value, label })),
        ]}
        onChange={(event) => onChange({ state: event.target.value as KeySearch["state"] })}
      />
      {search.state && targets.length > 1 && (
        <SelectField
          label={`${STATES[search.state].label} in`}
          value={search.in ?? languages[0] ?? ""}
          options={targets.map(({ code, name }) => ({ value: code, label: name }))}
          onChange={(event) => onChange({ in: event.target.value })}
        />
      )}
      {targets.length > 1 && (
        <SomeOf
          label="Languages"
          options={targets.map(({ code, name }) => ({ value: code, label: name }))}
          chosen={languages}
          onChange={(codes) => onChange({ languages: codes.join(",") })}
        />
      )}
      {search.tag && (
        <p className="flex items-center gap-2 text-sm col-span-full">
          Only keys tagged “{search.tag}”.
          <Button size="sm" onClick={() => onChange({ tag: "" })}>
            Show all tags
          </Button>
        </p>
      )}
    </div>
  );
}

/** Searches when one stops typing, or at once with Enter. */
function SearchField({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [text, setText] = useState(value);
  const send = useRef(onChange);
  send.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text.trim() === value) return;
    const timer = setTimeout(() => send.current(text.trim()), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <TextField
      label={
        <span className="flex items-center gap-1.5">
          <Search aria-hidden className="size-3.5" />
          Search
        </span>
      }
      type="search"
      data-search
      aria-keyshortcuts="/"
      maxLength={200}
      placeholder="A key or a text"
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => event.key === "Enter" && onChange(text.trim())}
    />
  );
}
