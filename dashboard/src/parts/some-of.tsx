import { ChevronDown } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../components/button.tsx";
import { Checkbox } from "../components/checkbox.tsx";
import { cx } from "../components/cx.ts";
import { controlClass } from "../components/field.tsx";
import { Popover } from "../components/popover.tsx";

/** From so many options on, there is a field to find one by name. */
const MANY = 9;

interface Option {
  value: string;
  label: string;
}

/** Some of several options, behind one button that says which. Choosing none or all of them stands for all. */
export function SomeOf({
  label,
  options,
  chosen,
  onChange,
}: {
  /** What they are, in the plural: "Languages". */
  label: string;
  options: Option[];
  /** None for all of them. */
  chosen: string[];
  /** In the order of choosing. */
  onChange: (chosen: string[]) => void;
}) {
  const [text, setText] = useState("");
  const shown = chosen.length > 0 ? chosen : options.map(({ value }) => value);
  const isAll = shown.length >= options.length;
  const query = text.trim().toLowerCase();
  const found = options.filter((one) => `${one.label} ${one.value}`.toLowerCase().includes(query));
  const first = options.find(({ value }) => value === shown[0])?.label ?? "";
  const more = shown.length > 1 ? ` and ${shown.length - 1} more` : "";
  function set(value: string, on: boolean) {
    const next = on ? [...shown, value] : shown.filter((one) => one !== value);
    onChange(next.length === options.length ? [] : next);
  }
  return (
    <div className="flex min-w-0 flex-col gap-1.5">
      <span className="text-sm font-medium">{label}</span>
      <Popover
        label={label}
        className="flex min-h-9 w-full items-center gap-2 rounded border border-line-strong bg-surface px-3 py-1.5 text-start text-sm transition-colors hover:border-muted"
        button={
          <>
            <span className="sr-only">{label}:</span>
            <span className="min-w-0 grow truncate">
              {isAll && options.length !== 1 ? `All ${options.length}` : first + more}
            </span>
            <ChevronDown aria-hidden className="size-4 shrink-0 text-muted" />
          </>
        }
      >
        {options.length >= MANY && (
          <input
            type="search"
            aria-label={`Find in ${label.toLowerCase()}`}
            placeholder="Find"
            value={text}
            onChange={(event) => setText(event.target.value)}
            className={cx(controlClass, "mb-2 min-h-9 px-3 py-1.5")}
          />
        )}
        <ul className="flex flex-col gap-0.5">
          {found.map((one) => (
            <Line
              key={one.value}
              {...one}
              checked={shown.includes(one.value)}
              isOnly={shown.length === 1 && shown[0] === one.value}
              onToggle={(on) => set(one.value, on)}
              onOnly={() => onChange(options.length === 1 ? [] : [one.value])}
            />
          ))}
        </ul>
        {found.length === 0 && <Nothing>Nothing is called that.</Nothing>}
        {!isAll && (
          <Button size="sm" className="mt-2" block onClick={() => onChange([])}>
            Show all {options.length}
          </Button>
        )}
      </Popover>
    </div>
  );
}

function Line({
  label,
  checked,
  isOnly,
  onToggle,
  onOnly,
}: Option & {
  checked: boolean;
  /** The last one that is chosen stays. */
  isOnly: boolean;
  onToggle: (on: boolean) => void;
  onOnly: () => void;
}) {
  return (
    <li className="flex items-center gap-1 rounded-sm ps-1.5 hover:bg-hover">
      <Checkbox
        middle
        className="min-h-8 min-w-0 grow"
        label={<bdi className="break-words">{label}</bdi>}
        checked={checked}
        disabled={isOnly}
        onCheckedChange={onToggle}
      />
      <Button size="sm" variant="ghost" aria-label={`Only ${label}`} onClick={onOnly}>
        Only
      </Button>
    </li>
  );
}

function Nothing({ children }: { children: ReactNode }) {
  return <p className="px-1.5 py-2 text-muted">{children}</p>;
}
