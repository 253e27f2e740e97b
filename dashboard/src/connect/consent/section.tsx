import type { ReactNode } from "react";

/** One question of the consent page: a group of controls under its own heading. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <fieldset className="min-w-0 border-t border-line px-5 pt-5 pb-4 sm:px-6">
      <legend className="contents">
        <span className="flex flex-wrap items-baseline justify-between gap-x-3 pb-3">
          <span className="font-semibold">{title}</span>
          {aside && <span className="text-sm text-muted">{aside}</span>}
        </span>
      </legend>
      {children}
    </fieldset>
  );
}
