import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { CircleX, Download, TriangleAlert } from "lucide-react";
import { useRef, useState } from "react";
import { explain } from "../../../api.ts";
import { Badge } from "../../../components/badge.tsx";
import { buttonClass } from "../../../components/button.tsx";
import { Card } from "../../../components/card.tsx";
import { Menu } from "../../../components/menu.tsx";
import { SkeletonRows } from "../../../components/skeleton.tsx";
import { useToast } from "../../../components/toast.tsx";
import { callAll, type Item, useList } from "../../../data/queries.ts";
import { Loaded } from "../../../parts/loaded.tsx";
import { MoreRows } from "../../../parts/rows.tsx";
import { useOffset } from "../../../parts/use-offset.ts";
import { count, languageName, number } from "../../../parts/words.ts";
import { useProjectParams } from "../use-project.ts";
import { PROBLEM_FILES, saveAs } from "./problem-files.ts";
import type { Import } from "./use-import.ts";

export type Problem = Item<"imports.problems">;

const RULE = {
  trial: "A row with an error would be left out. One with a warning would be written all the same.",
  import: "A row with an error was left out. One with a warning was written all the same.",
};
const ROW_PX = 61;
const COLUMNS = "md:grid md:grid-cols-[5rem_minmax(0,2fr)_minmax(0,3fr)]";

/** What was wrong with rows of the file, in their order. */
export function ImportProblems({ job }: { job: Import }) {
  const { projectId } = useProjectParams();
  const problems = useList("imports.problems", { projectId, importId: job.id });
  const left = job.problems - job.problemsKept;
  return (
    <Card
      flush
      title={`Problems (${number(job.problems)})`}
      description={`${RULE[job.dryRun ? "trial" : "import"]}${
        left > 0
          ? ` The first ${number(job.problemsKept)} are kept; ${count(left, "more is", "more are")} only counted.`
          : ""
      }`}
      actions={<Save job={job} />}
    >
      <Loaded query={problems} skeleton={<SkeletonRows rows={5} className="h-[3.8125rem]" />}>
        {(items) => (
          <>
            <Table problems={items} total={job.problemsKept} />
            <MoreRows query={problems} auto />
          </>
        )}
      </Loaded>
    </Card>
  );
}

function Table({ problems, total }: { problems: Problem[]; total: number }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useWindowVirtualizer<HTMLTableRowElement>({
    count: problems.length,
    estimateSize: () => ROW_PX,
    overscan: 8,
    scrollMargin: useOffset(body),
    // Styles are set on elements by the library, never written into the page: its policy would refuse them.
    directDomUpdates: true,
    directDomUpdatesMode: "position",
  });
  return (
    <table aria-label="Problems" aria-rowcount={total + 1} className="block w-full text-sm">
      <thead className="block border-b border-line bg-sunken text-xs text-muted max-md:sr-only">
        <tr aria-rowindex={1} className={COLUMNS}>
          {["Row", "Key", "What is wrong"].map((name) => (
            <th key={name} scope="col" className="px-5 py-2 text-start font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody
        ref={(element) => {
          body.current = element;
          rows.containerRef(element);
        }}
        className="relative block"
      >
        {rows.getVirtualItems().map(({ index }) => {
          const problem = problems[index];
          return (
            problem && (
              <tr
                key={index}
                ref={rows.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
                className={`absolute inset-x-0 border-b border-line py-2.5 max-md:block ${COLUMNS}`}
              >
                <Cells problem={problem} />
              </tr>
            )
          );
        })}
      </tbody>
    </table>
  );
}

function Cells({ problem }: { problem: Problem }) {
  const { row, key, namespace, language, severity, message, expected, found, suggestion } = problem;
  const isError = severity === "error";
  return (
    <>
      <td className="px-5 text-muted tabular-nums max-md:block">
        <span className="md:sr-only">Row </span>
        {number(row)}
      </td>
      <td className="min-w-0 px-5 max-md:block">
        {key === null ? (
          <span className="text-muted">None</span>
        ) : (
          <code dir="ltr" title={key} className="line-clamp-3 font-mono text-[0.92em] break-all">
            {key}
          </code>
        )}
        <span className="block text-xs text-muted">
          {[namespace, language && (languageName(language) ?? language)].filter(Boolean).join(" · ")}
        </span>
      </td>
      <td className="min-w-0 px-5 max-md:block">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Badge tone={isError ? "danger" : "neutral"} icon={isError ? CircleX : TriangleAlert}>
            {isError ? "Error" : "Warning"}
          </Badge>
          <bdi>{message}</bdi>
        </p>
        <dl className="text-muted">
          {expected && !message.includes(expected) && <Detail name="Expected" text={expected} />}
          {found && !message.includes(found) && <Detail name="Found" text={found} />}
          {suggestion && <Detail name="Suggestion" text={suggestion} />}
        </dl>
      </td>
    </>
  );
}

function Detail({ name, text }: { name: string; text: string }) {
  return (
    <div className="flex gap-x-1.5">
      <dt className="shrink-0">{name}:</dt>
      <dd className="min-w-0 break-words">
        <bdi>{text}</bdi>
      </dd>
    </div>
  );
}

/** All problems as a file, made in the browser: there are never more than some thousands. */
function Save({ job }: { job: Import }) {
  const { projectId } = useProjectParams();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  async function save({ ending, type, write }: (typeof PROBLEM_FILES)[number]) {
    setBusy(true);
    try {
      const all = await callAll("imports.problems", { projectId, importId: job.id });
      saveAs(`${job.fileName ?? job.id}.problems${ending}`, write(all), type);
    } catch (error) {
      toast({ tone: "danger", title: explain(error) });
    }
    setBusy(false);
  }
  return (
    <Menu
      label="Download the problems"
      className={buttonClass({ size: "sm" })}
      items={PROBLEM_FILES.map((file) => ({
        label: file.label,
        disabled: busy,
        onSelect: () => void save(file),
      }))}
    >
      <Download aria-hidden />
      Download
    </Menu>
  );
}
