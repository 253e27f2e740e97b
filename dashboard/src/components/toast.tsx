import { CircleAlert, CircleCheck, X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";
import { Button } from "./button.tsx";

interface Toast {
  title: ReactNode;
  tone?: "live" | "danger";
  /** Undo, for instance. A toast with an action stays until it is used or closed. */
  action?: { label: string; onClick: () => void };
}

const ToastContext = createContext<(toast: Toast) => void>(() => {});

/** `const toast = useToast(); toast({ title: "Saved" })`: the result of what somebody did, read out politely. */
export function useToast(): (toast: Toast) => void {
  return useContext(ToastContext);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<(Toast & { id: number })[]>([]);
  const show = useCallback((toast: Toast) => {
    setToasts((all) => [...all.slice(-2), { ...toast, id: Date.now() + Math.random() }]);
  }, []);
  const close = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      <div
        role="status"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2 sm:items-end"
      >
        {toasts.map((toast) => (
          <ToastCard key={toast.id} toast={toast} onClose={close} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastCard({ toast, onClose }: { toast: Toast & { id: number }; onClose: (id: number) => void }) {
  const Icon = toast.tone === "danger" ? CircleAlert : CircleCheck;
  useEffect(() => {
    if (toast.action || toast.tone === "danger") return;
    const timer = setTimeout(onClose, 5000, toast.id);
    return () => clearTimeout(timer);
  }, [toast, onClose]);
  return (
    <div className="pointer-events-auto flex w-full max-w-sm items-center gap-2.5 rounded border border-line bg-raised py-2 ps-3 pe-2 text-sm shadow-float">
      <Icon
        aria-hidden
        className={
          toast.tone === "danger" ? "size-4 shrink-0 text-danger-text" : "size-4 shrink-0 text-live-text"
        }
      />
      <p className="min-w-0 grow">{toast.title}</p>
      {toast.action && (
        <Button
          size="sm"
          onClick={() => {
            toast.action?.onClick();
            onClose(toast.id);
          }}
        >
          {toast.action.label}
        </Button>
      )}
      <Button size="sm" variant="ghost" aria-label="Dismiss" onClick={() => onClose(toast.id)}>
        <X aria-hidden />
      </Button>
    </div>
  );
}
