import type { Output } from "@parlance/contract/operations";
import { CopyButton } from "../../components/copy-button.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useCall } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { count, languageName, number } from "../../parts/words.ts";
import { Translation } from "./translation.tsx";
import { useProjectParams } from "./use-project.ts";

type Diff = Output<"releases.diff">;
const SHOWN = 20;

/** What a release changed, and where it stays readable. */
export function ReleaseDetails({ release }: { release: number }) {
  const { projectId } = useProjectParams();
  const found = useCall("releases.get", { projectId, number: release });
  const diff = useCall("releases.diff", { projectId, number: release, limit: SHOWN });
  return (
    <div className="flex flex-col gap-4">
      <Loaded query={found} skeleton={<Skeleton className="h-9" />}>
        {({ manifest }) => (
          <div>
            <p className="text-muted">This release stays at</p>
            <p className="flex items-center gap-2">
              <code dir="ltr" className="min-w-0 grow font-mono text-[0.92em] break-all">
                {manifest}
              </code>
              <CopyButton value={manifest} label={`Copy address of release ${release}`} iconOnly />
            </p>
          </div>
        )}
      </Loaded>
      <Loaded query={diff} skeleton={<Skeleton className="h-24" />}>
        {(known) => <Changes diff={known} />}
      </Loaded>
    </div>
  );
}

function Changes({ diff }: { diff: Diff }) {
  const { against, languages, items } = diff;
  if (items.length === 0) {
    return (
      <p className="text-muted">
        {against === null ? "It holds no text." : `No text differs from release ${against}.`}
      </p>
    );
  }
  const total = languages.reduce((sum, one) => sum + one.added + one.changed + one.removed, 0);
  return (
    <div className="flex flex-col gap-3">
      <div>
        <h3 className="font-medium">
          {against === null
            ? `${count(total, "text")} in the first release`
            : `${count(total, "text differs", "texts differ")} from release ${against}`}
        </h3>
        <ul className="flex flex-wrap gap-x-4 text-muted tabular-nums">
          {languages.map((one) => (
            <li key={one.language}>
              {languageName(one.language) ?? one.language}: {numbersOf(one)}
            </li>
          ))}
        </ul>
      </div>
      <ul className="divide-y divide-line rounded border border-line bg-surface">
        {items.map((change) => (
          <li
            key={`${change.language} ${change.namespace} ${change.name}`}
            className="grid gap-1 px-3 py-2 sm:grid-cols-[12rem_1fr] sm:gap-4"
          >
            <p className="min-w-0">
              <code dir="ltr" className="font-mono text-[0.92em] break-all">
                {change.name}
              </code>
              <span className="block text-muted">{languageName(change.language) ?? change.language}</span>
            </p>
            <div className="flex min-w-0 flex-col gap-1">
              {change.before !== null && (
                <p className="text-muted">
                  <span className="text-danger-text">− before</span>
                  <Translation language={change.language} className="line-clamp-3">
                    {change.before}
                  </Translation>
                </p>
              )}
              {change.after !== null && (
                <p>
                  <span className="text-live-text">+ after</span>
                  <Translation language={change.language} className="line-clamp-3">
                    {change.after}
                  </Translation>
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
      {total > items.length && (
        <p className="text-muted">And {count(total - items.length, "more text", "more texts")}.</p>
      )}
    </div>
  );
}

function numbersOf({ added, changed, removed }: Diff["languages"][number]): string {
  const parts = [
    added && `${number(added)} new`,
    changed && `${number(changed)} changed`,
    removed && `${number(removed)} gone`,
  ];
  return parts.filter(Boolean).join(", ");
}
