import { CloudOff, FileQuestion, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { Button, buttonClass } from "../components/button.tsx";
import { CopyId } from "../components/copy-button.tsx";
import { CallError, explain } from "./api.ts";
import { Sheet, Shell } from "./shell.tsx";

/** A page that says what is the matter and offers one next step. */
export function Problem({
  icon: Icon,
  title,
  documentTitle,
  children,
  action,
}: {
  icon: LucideIcon;
  title: ReactNode;
  documentTitle?: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Sheet
      title={title}
      {...(documentTitle && { documentTitle })}
      icon={
        <span className="grid size-11 place-items-center rounded border border-line bg-sunken text-muted">
          <Icon aria-hidden className="size-5" />
        </span>
      }
      lead={children}
    >
      {action}
    </Sheet>
  );
}

/** The server failed or was not reached. */
export function FailureProblem({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const requestId = error instanceof CallError ? error.requestId : null;
  return (
    <Problem
      icon={CloudOff}
      title="This page could not be loaded"
      action={
        <div className="flex flex-col gap-4">
          <Button variant="primary" size="lg" block onClick={onRetry}>
            Try again
          </Button>
          {requestId && (
            <p className="text-sm text-muted">
              If it keeps happening, pass this on to whoever runs this server: request{" "}
              <CopyId value={requestId} />
            </p>
          )}
        </div>
      }
    >
      <span role="alert">{explain(error)}</span>
    </Problem>
  );
}

export function NotFoundPage() {
  return (
    <Shell>
      <Problem icon={FileQuestion} title="There is no page here" action={<HomeLink />}>
        The address may be incomplete. Check it, or start from the dashboard.
      </Problem>
    </Shell>
  );
}

export function HomeLink({ children = "Open the dashboard" }: { children?: ReactNode }) {
  return (
    <a href="/" className={buttonClass({ size: "lg", block: true })}>
      {children}
    </a>
  );
}
