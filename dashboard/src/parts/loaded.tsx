import type { ReactNode } from "react";
import { ApiProblem, explain } from "../api.ts";
import { Alert } from "../components/alert.tsx";
import { Button } from "../components/button.tsx";
import { ErrorState } from "../components/error-state.tsx";
import { Loading } from "../components/skeleton.tsx";

interface Reading<Data> {
  data: Data | undefined;
  error: unknown;
  refetch: () => unknown;
}

/** What a query came to: a skeleton of the same height, the reason it failed with a retry, or its data. */
export function Loaded<Data>({
  query,
  skeleton,
  title,
  children,
}: {
  query: Reading<Data>;
  skeleton: ReactNode;
  /** What the page is called while its own heading is not known yet. */
  title?: string;
  children: (data: Data) => ReactNode;
}) {
  if (query.data === undefined) {
    return (
      <>
        {title && <h1 className="sr-only">{title}</h1>}
        {query.error ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <>
            <Loading />
            {skeleton}
          </>
        )}
      </>
    );
  }
  return (
    <>
      {query.error !== null && (
        <Alert
          tone="production"
          announce
          className="m-3"
          title="This may be out of date"
          action={
            <Button size="sm" onClick={() => void query.refetch()}>
              Try again
            </Button>
          }
        >
          {explain(query.error)}
        </Alert>
      )}
      {children(query.data)}
    </>
  );
}

/** Why something could not be loaded. Trying again helps only when the server did not decide. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = error instanceof ApiProblem ? error : null;
  const [title, text] = problem ? wordsFor(problem) : ["This page could not be shown", explain(error)];
  const canRetry = !problem || problem.status === 0 || problem.status === 429 || problem.status >= 500;
  return (
    <ErrorState
      title={title}
      requestId={problem?.requestId ?? null}
      {...(canRetry && onRetry && { onRetry })}
    >
      {text}
    </ErrorState>
  );
}

function wordsFor(problem: ApiProblem): [title: string, text: string] {
  if (problem.status === 404) return ["There is nothing here", "It was deleted, or the address is wrong."];
  if (problem.status === 403) return ["Your role does not allow this", problem.message];
  return ["This could not be loaded", problem.message];
}
