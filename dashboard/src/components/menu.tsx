import { Ellipsis, type LucideIcon } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { buttonClass } from "./button.tsx";
import { cx } from "./cx.ts";
import { placeBelow } from "./place-below.ts";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
}

/**
 * Actions on one thing. The browser's own popover: above everything, closed by Esc or a click elsewhere, at a tenth of a
 * positioning library's size.
 */
export function Menu({
  label,
  items,
  children,
  className,
}: {
  /** What the actions are about, for screen readers: "Actions for Acme CI". */
  label: string;
  items: MenuItem[];
  /** What stands on the button; three dots without. */
  children?: ReactNode;
  className?: string;
}) {
  const trigger = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const id = useId();

  function arrive(isOpen: boolean) {
    trigger.current?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || !trigger.current || !menu.current) return;
    placeBelow(menu.current, trigger.current);
    itemsOf(menu.current)[0]?.focus();
  }

  function press(event: KeyboardEvent<HTMLDivElement>) {
    const all = itemsOf(event.currentTarget);
    const here = all.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === "Tab") event.currentTarget.hidePopover();
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    all.at(next % all.length)?.focus();
  }

  return (
    <>
      <button
        ref={trigger}
        type="button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={false}
        popoverTarget={id}
        className={className ?? buttonClass({ variant: "ghost", size: "sm" })}
      >
        {children ?? <Ellipsis aria-hidden />}
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        onToggle={(event) => arrive(event.newState === "open")}
        onKeyDown={press}
        className="fixed inset-auto m-0 min-w-44 rounded border border-line bg-raised p-1 text-sm text-ink shadow-float"
      >
        {items.map((item) => (
          <button
            key={item.label}
            type="button"
            role="menuitem"
            tabIndex={-1}
            aria-disabled={item.disabled || undefined}
            onClick={() => {
              if (item.disabled) return;
              menu.current?.hidePopover();
              item.onSelect();
            }}
            className={cx(
              "flex min-h-8 w-full items-center gap-2 rounded-sm px-2 py-1 text-start -outline-offset-2",
              "hover:bg-hover focus:bg-hover aria-disabled:text-muted",
              item.danger && "text-danger-text",
            )}
          >
            {item.icon && <item.icon aria-hidden className="size-4 shrink-0" />}
            {item.label}
          </button>
        ))}
      </div>
    </>
  );
}

function itemsOf(menu: HTMLElement): HTMLButtonElement[] {
  return [...menu.querySelectorAll<HTMLButtonElement>("[role=menuitem]")];
}
