import { type ReactNode, useId, useRef } from "react";
import { buttonClass } from "./button.tsx";
import { placeBelow } from "./place-below.ts";

/** More controls behind a button. The browser's own popover: above everything, closed by Esc or a click elsewhere. */
export function Popover({
  label,
  button,
  className,
  children,
}: {
  /** What the controls are about, for screen readers. */
  label: string;
  /** What stands on the button. */
  button: ReactNode;
  className?: string;
  children: ReactNode;
}) {
  const trigger = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const id = useId();
  function arrive(isOpen: boolean) {
    trigger.current?.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || !trigger.current || !panel.current) return;
    placeBelow(panel.current, trigger.current);
    panel.current.querySelector<HTMLElement>("input, button")?.focus();
  }
  return (
    <>
      <button
        ref={trigger}
        type="button"
        aria-expanded={false}
        aria-haspopup="dialog"
        popoverTarget={id}
        className={className ?? buttonClass()}
      >
        {button}
      </button>
      <div
        ref={panel}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={label}
        onToggle={(event) => arrive(event.newState === "open")}
        className="fixed inset-auto m-0 max-h-[min(28rem,70dvh)] w-72 max-w-[calc(100%-1rem)] overflow-y-auto rounded border border-line bg-raised p-3 text-sm text-ink shadow-float"
      >
        {children}
      </div>
    </>
  );
}
