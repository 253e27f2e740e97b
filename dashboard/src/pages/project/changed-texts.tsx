import type { Output } from "@parlance/contract/operations";
import { languageLabel, number } from "../../parts/words.ts";
import { KeyName } from "./key-name.tsx";
import { Translation } from "./translation.tsx";

type Changes = Pick<Output<"releases.diff">, "items" | "languages">;
export type ChangedTextItem = Changes["items"][number];

/** How many texts differ in all. */
export function totalOf({ languages }: Pick<Changes, "languages">): number {
  return languages.reduce((sum, one) => sum + one.added + one.changed + one.removed, 0);
}

/** How many texts are new, changed and gone in each language that differs. */
export function NumbersPerLanguage({ languages }: Pick<Changes, "languages">) {
  return (
    <ul className="flex flex-wrap gap-x-4 text-muted tabular-nums">
      {languages.map((one) => (
        <li key={one.language}>
          {languageLabel(one.language)}: {numbersOf(one)}
        </li>
      ))}
    </ul>
  );
}

/** One text, old → new, in its own language and direction. */
export function ChangedText({ change }: { change: ChangedTextItem }) {
  return (
    <div className="grid gap-1 sm:grid-cols-[12rem_minmax(0,1fr)] sm:gap-4">
      <p className="min-w-0">
        <KeyName name={change.name} />
        <span className="block text-muted">{languageLabel(change.language)}</span>
      </p>
      <div className="flex min-w-0 flex-col gap-1">
        {change.before !== null && (
          <p className="text-muted">
            <span className="text-danger-text">{change.after === null ? "− goes away" : "− before"}</span>
            <Translation language={change.language} className="line-clamp-3">
              {change.before}
            </Translation>
          </p>
        )}
        {change.after !== null && (
          <p>
            <span className="text-live-text">{change.before === null ? "+ new" : "+ after"}</span>
            <Translation language={change.language} className="line-clamp-3">
              {change.after}
            </Translation>
          </p>
        )}
      </div>
    </div>
  );
}

function numbersOf({ added, changed, removed }: Changes["languages"][number]): string {
  const parts = [
    added && `${number(added)} new`,
    changed && `${number(changed)} changed`,
    removed && `${number(removed)} gone`,
  ];
  return parts.filter(Boolean).join(", ");
}
