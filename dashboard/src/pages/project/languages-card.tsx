import { Link } from "@tanstack/react-router";
import { CirclePause, Languages, Plus } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { useMay } from "../../data/organization.tsx";
import { Meter } from "../../parts/meter.tsx";
import { Row, Rows } from "../../parts/rows.tsx";
import { count, number } from "../../parts/words.ts";
import { LanguageActions } from "./language-actions.tsx";
import { type Project, useProjectParams } from "./use-project.ts";

const AddLanguage = lazy(() => import("./add-language.tsx"));
type Language = Project["languages"][number];

/** The project's languages, how far each is translated, and what can be done with it. */
export function LanguagesCard({ project }: { project: Project }) {
  const mayChange = useMay("admin");
  const [adding, setAdding] = useState(false);
  const targets = project.languages.filter((language) => !language.isSource);
  const button = (
    <Button onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Add language
    </Button>
  );
  return (
    <Card flush title="Languages" actions={mayChange && button}>
      <Rows label="Languages">
        {[...project.languages].sort(sourceFirst).map((language) => (
          <LanguageRow key={language.code} project={project} language={language} mayChange={mayChange} />
        ))}
      </Rows>
      {targets.length === 0 && (
        <EmptyState icon={Languages} title="No target language yet">
          {mayChange ? "Add the languages you translate into." : "An owner or admin can add one."}
        </EmptyState>
      )}
      {adding && (
        <Suspense>
          <AddLanguage project={project} onClose={() => setAdding(false)} />
        </Suspense>
      )}
    </Card>
  );
}

function LanguageRow({
  project,
  language,
  mayChange,
}: {
  project: Project;
  language: Language;
  mayChange: boolean;
}) {
  const { slug, project: projectSlug } = useProjectParams();
  const { code, name, status, isSource, translated, coverage } = language;
  const missing = project.keyCount - translated;
  return (
    <Row>
      <p className="flex min-w-0 grow basis-48 flex-wrap items-center gap-x-2 gap-y-1">
        <span className="font-medium">{name}</span>
        <span className="font-mono text-xs text-muted">{code}</span>
        {isSource && <Badge>Source</Badge>}
        {status === "draft" && <Badge icon={CirclePause}>Draft</Badge>}
      </p>
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-muted tabular-nums max-md:order-last max-md:w-full md:grid md:grid-cols-[6rem_14rem_8rem]">
        <Meter percent={coverage} className="h-1.5 w-24 max-md:w-full" />
        <span>
          {number(translated)} of {count(project.keyCount, "key")} ({number(coverage)} %)
        </span>
        {missing > 0 && !isSource && (
          <Link
            to="/organizations/$slug/projects/$project/keys"
            params={{ slug, project: projectSlug }}
            search={{ languages: code, state: "missing" }}
            aria-label={`${number(missing)} missing in ${name}`}
            className="rounded-sm underline decoration-line-strong underline-offset-4 hover:text-ink"
          >
            {number(missing)} missing
          </Link>
        )}
      </p>
      {mayChange && !isSource && <LanguageActions project={project} language={language} />}
      {mayChange && isSource && <span aria-hidden className={LIKE_ACTIONS} />}
    </Row>
  );
}

/** As wide as the button of the other rows, so that their numbers stand below each other. */
const LIKE_ACTIONS = "w-9.5 max-md:hidden";

function sourceFirst(one: Language, other: Language): number {
  return Number(other.isSource) - Number(one.isSource) || one.name.localeCompare(other.name);
}
