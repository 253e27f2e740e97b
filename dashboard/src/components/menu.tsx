import { Ellipsis, type LucideIcon } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { buttonClass } from "./button.tsx";
import { cx } from "./cx.ts";

export interface MenuItem {
  label: string;
  icon?: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
  disabled?: boolean;
}

/** Actions on one thing. Not modal: the modal kind locks scrolling with an injected style element. */
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
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={label}
        className={className ?? buttonClass({ variant: "ghost", size: "sm" })}
      >
        {children ?? <Ellipsis aria-hidden />}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-44 rounded border border-line bg-raised p-1 text-sm text-ink shadow-float"
        >
          {items.map((item) => (
            <DropdownMenu.Item
              key={item.label}
              disabled={item.disabled ?? false}
              onSelect={item.onSelect}
              className={cx(
                "flex min-h-8 cursor-pointer items-center gap-2 rounded-sm px-2 py-1 outline-none select-none",
                "data-highlighted:bg-hover data-disabled:cursor-not-allowed data-disabled:text-muted",
                item.danger && "text-danger-text",
              )}
            >
              {item.icon && <item.icon aria-hidden className="size-4 shrink-0" />}
              {item.label}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
