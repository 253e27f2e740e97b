import { type ComponentProps, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { cx } from "./cx.ts";
import { controlClass, Field, type FieldText } from "./field.tsx";

interface ComboboxOption {
  value: string;
  /** What stands in its line. */
  content: ReactNode;
}

/**
 * A line of text with suggestions below it: Up and Down choose, Enter takes, Esc closes. The list is the browser's own
 * popover, so a dialog around it neither cuts it nor closes with it.
 */
export function Combobox({
  label,
  error,
  hint,
  id,
  value,
  options,
  onChange,
  onPick,
  ...input
}: Omit<ComponentProps<"input">, "onChange" | "value" | "list" | "size"> &
  FieldText & {
    value: string;
    options: ComboboxOption[];
    onChange: (text: string) => void;
    onPick: (value: string) => void;
  }) {
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const shown = isOpen && options.length > 0;

  useEffect(() => {
    if (!list.current || !field.current) return;
    if (!shown) return list.current.hidePopover();
    list.current.showPopover();
    place(list.current, field.current);
  }, [shown]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the choice
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  function close() {
    setOpen(false);
    setAt(-1);
  }

  function pick(option: ComboboxOption | undefined) {
    if (option) onPick(option.value);
    close();
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const last = options.length - 1;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      if (shown) setAt(event.key === "ArrowDown" ? (at >= last ? 0 : at + 1) : at <= 0 ? last : at - 1);
      else setAt(event.key === "ArrowDown" ? 0 : last);
    } else if (event.key === "Enter" && shown && at >= 0) {
      event.preventDefault();
      pick(options[at]);
    } else if (event.key === "Escape" && shown) {
      // A dialog around it stays open.
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  }

  return (
    <Field label={label} error={error ?? null} hint={hint} id={id}>
      {(ids) => (
        <>
          <input
            ref={field}
            dir="auto"
            {...input}
            {...ids}
            role="combobox"
            autoComplete="off"
            aria-autocomplete="list"
            aria-expanded={shown}
            aria-controls={`${ids.id}-list`}
            aria-activedescendant={shown && at >= 0 ? `${ids.id}-${at}` : undefined}
            value={value}
            onClick={() => setOpen(true)}
            onBlur={close}
            onKeyDown={press}
            onChange={(event) => {
              setOpen(true);
              setAt(-1);
              onChange(event.target.value);
            }}
            className={cx(controlClass, "min-h-9 px-3 py-1.5 text-sm")}
          />
          <div
            ref={list}
            id={`${ids.id}-list`}
            popover="manual"
            role="listbox"
            aria-label="Suggestions"
            // A click in the list must not take the focus from the field, whose loss closes it.
            onPointerDown={(event) => event.preventDefault()}
            className="fixed inset-auto m-0 max-h-64 overflow-y-auto rounded border border-line bg-raised p-1 text-sm text-ink shadow-float"
          >
            {shown &&
              options.map((option, index) => (
                // biome-ignore lint/a11y/useFocusableInteractive: active descendant of the text field
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the text field's
                <div
                  key={option.value}
                  id={`${ids.id}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  onClick={() => pick(option)}
                  className={cx(
                    "flex min-h-9 cursor-pointer items-center gap-x-3 rounded-sm px-2.5 py-1.5 hover:bg-hover",
                    index === at && "bg-hover",
                  )}
                >
                  {option.content}
                </div>
              ))}
          </div>
        </>
      )}
    </Field>
  );
}

const GAP = 4;
const EDGE = 8;

/** As wide as the field and under it; above it when there is more room. */
function place(list: HTMLElement, field: HTMLElement): void {
  const at = field.getBoundingClientRect();
  list.style.width = `${at.width}px`;
  list.style.left = `${at.left}px`;
  const { height } = list.getBoundingClientRect();
  const below = innerHeight - EDGE - at.bottom - GAP;
  const isAbove = below < height && at.top > below;
  list.style.top = isAbove ? "auto" : `${at.bottom + GAP}px`;
  list.style.bottom = isAbove ? `${innerHeight - at.top + GAP}px` : "auto";
  list.style.maxHeight = `${Math.max(120, Math.min(256, isAbove ? at.top - EDGE - GAP : below))}px`;
}
