import { X } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "../components/button.tsx";

/** The side bar over the page, on narrow screens: the browser's own modal, closed by Esc, outside, or arriving somewhere. */
export function Drawer({
  open,
  onClose,
  closeWhenChanged,
  children,
}: {
  open: boolean;
  onClose: () => void;
  closeWhenChanged: string | undefined;
  children: ReactNode;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const path = useRef(closeWhenChanged);
  useEffect(() => {
    if (open) dialog.current?.showModal();
  }, [open]);
  useEffect(() => {
    if (path.current !== closeWhenChanged) dialog.current?.close();
    path.current = closeWhenChanged;
  }, [closeWhenChanged]);
  if (!open) return null;
  return (
    <dialog
      ref={dialog}
      aria-label="Navigation"
      onClose={onClose}
      onPointerDown={(event) => event.target === event.currentTarget && event.currentTarget.close()}
      className="my-0 ms-0 me-auto h-dvh max-h-dvh w-72 max-w-[85vw] border-e border-line bg-canvas p-0 text-ink shadow-float backdrop:bg-scrim"
    >
      <Button
        variant="ghost"
        size="sm"
        aria-label="Close navigation"
        className="absolute end-2 top-3"
        onClick={() => dialog.current?.close()}
      >
        <X aria-hidden />
      </Button>
      {children}
    </dialog>
  );
}
