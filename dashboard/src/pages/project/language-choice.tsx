import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { Button } from "../../components/button.tsx";
import { Checkbox } from "../../components/checkbox.tsx";
import { cx } from "../../components/cx.ts";
import { controlClass } from "../../components/field.tsx";
import { Popover } from "../../components/popover.tsx";
import type { Project } from "./use-project.ts";

/** From so many languages on, there is a field to find one by name. */
const MANY = 9;

/** Which target languages the table shows. */
export function LanguageChoice({
  targets,
  shown,
  onChange,
}: {
  targets: Project["languages"];
  shown: string[];
  /** The codes to show; none stands for all. */
  onChange: (codes: string[]) => void;
}) {
  const [text, setText] = useState("");
  const all = shown.length === targets.length;
  const wanted = text.trim().toLowerCase();
  const found = targets.filter(({ name, code }) => `${name} ${code}`.toLowerCase().includes(wanted));
  const first = targets.find(({ code }) => code === shown[0]);
  const summary =
    all && targets.length > 1
      ? `All ${targets.length}`
      : `${first?.name ?? ""}${shown.length > 1 ? ` and ${shown.length - 1} more` : ""}`;
  function set(code: string, on: boolean) {
    const next = on ? [...shown, code] : shown.filter((one) => one !== code);
    onChange(next.length === targets.length ? [] : next);
  }
  return (
    <div className="flex flex-col gap-1.5">
      <span className="text-sm font-medium">Languages</span>
      <Popover
        label="Languages in the table"
        className="flex min-h-9 w-full items-center gap-2 rounded border border-line-strong bg-surface px-3 py-1.5 text-start text-sm transition-colors hover:border-muted"
        button={
          <>
            <span className="sr-only">Languages:</span>
            <span className="min-w-0 grow truncate">{summary}</span>
            <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
          </>
        }
      >
        {targets.length >= MANY && (
          <input
            type="search"
            aria-label="Find a language"
            placeholder="Find a language"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={cx(controlClass, "mb-2 min-h-9 px-3 py-1.5")}
          />
        )}
        <ul className="flex flex-col gap-0.5">
          {found.map(({ code, name }) => (
            <li key={code} className="flex items-center gap-1 rounded-sm ps-1.5 hover:bg-hover">
              <Checkbox
                middle
                className="min-h-8 min-w-0 grow"
                label={name}
                checked={shown.includes(code)}
                // The table shows one at least.
                disabled={shown.length === 1 && shown[0] === code}
                onCheckedChange={(on) => set(code, on)}
              />
              <Button size="sm" variant="ghost" aria-label={`Only ${name}`} onClick={() => onChange([code])}>
                Only
              </Button>
            </li>
          ))}
        </ul>
        {found.length === 0 && <p className="px-1.5 py-2 text-muted">No language is called that.</p>}
        {!all && (
          <Button size="sm" className="mt-2" block onClick={() => onChange([])}>
            Show all {targets.length}
          </Button>
        )}
      </Popover>
    </div>
  );
}
