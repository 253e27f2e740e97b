import { type ErrorComponentProps, Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { buttonClass } from "../components/button.tsx";
import { ErrorState } from "../components/error-state.tsx";
import { PageTitle } from "../components/page-title.tsx";
import { Loading, Skeleton, SkeletonRows } from "../components/skeleton.tsx";

/** While a page's code is on its way: a heading and some rows. */
export function PagePending() {
  return (
    <>
      <Loading />
      <Skeleton className="h-7 w-44" />
      <Skeleton className="mt-2.5 mb-6 h-4 w-72 max-w-full" />
      <div className="rounded border border-line bg-surface">
        <SkeletonRows rows={4} className="h-16" />
      </div>
    </>
  );
}

/** A page's code did not arrive (after an update of the server, most often) or broke. */
export function PageFailed({ error }: ErrorComponentProps) {
  return (
    <ErrorState title="This page could not be shown" onRetry={() => location.reload()}>
      <p>Loading it again helps when Parlance was updated in the meantime.</p>
      <p className="mt-2 font-mono text-xs">{String(error).slice(0, 200)}</p>
    </ErrorState>
  );
}

export function PageNotFound() {
  return (
    <DeadEnd title="There is no such page">
      The address may be mistyped, or what it led to was deleted.
    </DeadEnd>
  );
}

/** An address that leads nowhere, and the way back. */
export function DeadEnd({ title, children }: { title: string; children: ReactNode }) {
  return (
    <>
      <PageTitle title={title} description={children} />
      <Link to="/" className={buttonClass()}>
        Go to your projects
      </Link>
    </>
  );
}
