import { CopyButton } from "../../components/copy-button.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useCall, useList } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows } from "../../parts/rows.tsx";
import { count } from "../../parts/words.ts";
import { ChangedText, NumbersPerLanguage, totalOf } from "./changed-texts.tsx";
import { useProjectParams } from "./use-project.ts";

/** What a release changed, and where it stays readable. */
export function ReleaseDetails({ release }: { release: number }) {
  const { projectId } = useProjectParams();
  const found = useCall("releases.get", { projectId, number: release });
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
      <Diff release={release} />
    </div>
  );
}

/** Every text that differs from the release before, old → new, as far as it was read. */
function Diff({ release }: { release: number }) {
  const { projectId } = useProjectParams();
  const diff = useList("releases.diff", { projectId, number: release });
  return (
    <Loaded query={diff} skeleton={<Skeleton className="h-24" />}>
      {(items) => {
        const { against = null, languages = [] } = diff.first ?? {};
        const total = totalOf({ languages });
        if (total === 0) {
          return (
            <p className="text-muted">
              {against === null ? "It holds no text." : `No text differs from release ${against}.`}
            </p>
          );
        }
        return (
          <div className="flex flex-col gap-3">
            <div>
              <h3 className="font-medium">
                {against === null
                  ? `${count(total, "text")} in the first release`
                  : `${count(total, "text differs", "texts differ")} from release ${against}`}
              </h3>
              <NumbersPerLanguage languages={languages} />
            </div>
            <div className="rounded border border-line bg-surface">
              <ul aria-label="What it changed" className="divide-y divide-line">
                {items.map((change) => (
                  <li key={`${change.language} ${change.namespace} ${change.name}`} className="px-3 py-2">
                    <ChangedText change={change} />
                  </li>
                ))}
              </ul>
              <MoreRows query={diff} />
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}
