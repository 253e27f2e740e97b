import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { CopyId } from "./copy-button.tsx";

/** Something could not be loaded: what happened, a retry, and the id to give to whoever runs the server. */
export function ErrorState({
  title = "This could not be loaded",
  requestId,
  onRetry,
  children,
}: {
  title?: ReactNode;
  requestId?: string | null;
  onRetry?: () => void;
  children?: ReactNode;
}) {
  return (
    <div role="alert" className="flex flex-col items-center gap-1 px-5 py-12 text-center">
      <h2 className="font-semibold">{title}</h2>
      {children && <div className="max-w-prose text-sm text-balance text-muted">{children}</div>}
      {onRetry && (
        <Button className="mt-4" onClick={onRetry}>
          <RotateCw aria-hidden />
          Try again
        </Button>
      )}
      {requestId && (
        <p className="mt-4 text-xs text-muted">
          Request <CopyId value={requestId} />
        </p>
      )}
    </div>
  );
}
