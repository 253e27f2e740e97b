import type { Output } from "@parlance/contract/operations";
import { CopyButton } from "../../components/copy-button.tsx";
import { Skeleton } from "../../components/skeleton.tsx";
import { useCall } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { count } from "../../parts/words.ts";
import { ChangedTexts, totalOf } from "./changed-texts.tsx";
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
  const { against, items } = diff;
  if (items.length === 0) {
    return (
      <p className="text-muted">
        {against === null ? "It holds no text." : `No text differs from release ${against}.`}
      </p>
    );
  }
  const total = totalOf(diff);
  return (
    <div className="flex flex-col gap-1">
      <h3 className="font-medium">
        {against === null
          ? `${count(total, "text")} in the first release`
          : `${count(total, "text differs", "texts differ")} from release ${against}`}
      </h3>
      <ChangedTexts changes={diff} />
    </div>
  );
}
