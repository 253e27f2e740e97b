import type { ReactNode } from "react";
import { Alert } from "../components/alert.tsx";

/** A form that never loads another page; shows what went wrong with all of it above its fields. */
export function Form({
  failure,
  onSubmit,
  children,
}: {
  failure?: string | null;
  onSubmit: () => unknown;
  children: ReactNode;
}) {
  return (
    <form
      noValidate
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onSubmit();
      }}
    >
      {failure && (
        <Alert tone="danger" announce>
          {failure}
        </Alert>
      )}
      {children}
    </form>
  );
}
