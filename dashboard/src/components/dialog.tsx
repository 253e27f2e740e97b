import { X } from "lucide-react";
import { type ReactNode, useEffect, useId, useRef } from "react";
import { Button } from "./button.tsx";

/**
 * A question over the page. The browser's own modal: it holds the focus, closes on Esc, makes the rest inert and gives
 * the focus back; scroll-locking libraries would inject a style element, which our policy refuses.
 * Mounted only while open, so state inside starts afresh every time.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  footer,
  children,
}: {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  footer?: ReactNode;
  children?: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open || !dialog.current || dialog.current.open) return;
    dialog.current.showModal();
    // What one came to fill in, rather than the button that closes.
    dialog.current.querySelector<HTMLElement>("input:not([hidden]), select, textarea")?.focus();
  }, [open]);
  if (!open) return null;
  return (
    <dialog
      ref={dialog}
      aria-labelledby={`${id}-title`}
      aria-describedby={description ? `${id}-text` : undefined}
      onClose={() => onOpenChange(false)}
      onPointerDown={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      className="m-auto max-h-[calc(100dvh-2rem)] w-[calc(100%-2rem)] max-w-lg overflow-y-auto overscroll-contain rounded border border-line bg-raised p-0 text-ink shadow-float backdrop:bg-scrim"
    >
      <div className="flex flex-col gap-4 p-5">
        <div className="flex items-start gap-3">
          <div className="min-w-0 grow">
            <h2 id={`${id}-title`} className="text-lg/6 font-semibold">
              {title}
            </h2>
            {description && (
              <div id={`${id}-text`} className="mt-1 text-sm text-muted">
                {description}
              </div>
            )}
          </div>
          <Button
            variant="ghost"
            size="sm"
            aria-label="Close"
            className="-me-1.5 -mt-1"
            onClick={() => dialog.current?.close()}
          >
            <X aria-hidden />
          </Button>
        </div>
        {children}
        {footer && <div className="flex flex-wrap justify-end gap-2 pt-1">{footer}</div>}
      </div>
    </dialog>
  );
}
