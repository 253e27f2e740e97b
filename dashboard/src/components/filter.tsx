import { Search } from "lucide-react";
import { cx } from "./cx.ts";
import { controlClass } from "./field.tsx";

/** Narrows a long list while typing. */
export function Filter({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  return (
    <div className="relative mb-2">
      <Search
        aria-hidden
        className="pointer-events-none absolute inset-y-0 start-3 my-auto size-4 text-muted"
      />
      <input
        type="search"
        dir="auto"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={cx(controlClass, "min-h-9 py-1.5 ps-9 pe-3 text-sm")}
      />
    </div>
  );
}
