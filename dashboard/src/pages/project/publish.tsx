import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../../api.ts";
import { PageTitle } from "../../components/page-title.tsx";
import { SelectField } from "../../components/select-field.tsx";
import { Skeleton, SkeletonRows } from "../../components/skeleton.tsx";
import { useCall } from "../../data/queries.ts";
import { BackLink } from "../../parts/back-link.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { NeedsRole } from "../../parts/needs-role.tsx";
import { SomeOf } from "../../parts/some-of.tsx";
import { ProjectNav } from "./project-nav.tsx";
import { PublishPlan } from "./publish-plan.tsx";
import { requestOf, type Search, type Text, wordsIn } from "./publish-search.ts";
import { readPublishSearch } from "./read-search.ts";
import { type Project, useProject, useProjectParams } from "./use-project.ts";

const route = getRouteApi("/organizations/$slug/projects/$project/publish");

/** Shows what would reach people's users, and publishes that and nothing else. */
export function PublishPage() {
  const project = useProject();
  const { slug, project: name } = useProjectParams();
  return (
    <>
      <ProjectNav />
      <BackLink to="/organizations/$slug/projects/$project/releases" params={{ slug, project: name }}>
        Releases
      </BackLink>
      <PageTitle
        title="Publish"
        description="Look at what changes, leave out what is not ready, and put the rest on the CDN."
      />
      <NeedsRole role="admin">
        <Loaded query={project} skeleton={<Skeleton className="h-40" />}>
          {(found) => <Planning project={found} />}
        </Loaded>
      </NeedsRole>
    </>
  );
}

function Planning({ project }: { project: Project }) {
  const { projectId } = useProjectParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [picked, setPicked] = useState<Text[]>([]);
  const channels = useCall("channels.list", { projectId });
  const channel = search.channel ?? DEFAULT_CHANNEL;
  const names = [DEFAULT_CHANNEL, channel, ...(channels.data?.items ?? []).map(({ name }) => name)];
  const change = (part: Search) => {
    setPicked([]);
    void navigate({ search: (before) => readPublishSearch({ ...before, ...part }), replace: true });
  };
  const input = requestOf(projectId, search, picked);
  const plan = useQuery({
    queryKey: ["plans.create", input],
    queryFn: ({ signal }) => call("plans.create", input, signal),
    // A plan stands until what it was made of has moved, and then it is refused.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  return (
    <div className="flex flex-col gap-6">
      <div className="grid gap-3 sm:grid-cols-3">
        <SelectField
          label="Channel"
          value={channel}
          options={[...new Set(names)].map((name) => ({ value: name, label: name }))}
          onChange={(event) =>
            change({ channel: event.target.value === DEFAULT_CHANNEL ? "" : event.target.value })
          }
        />
        {project.languages.length > 1 && (
          <SomeOf
            label="Languages"
            options={project.languages.map(({ code, name }) => ({ value: code, label: name }))}
            chosen={wordsIn(search.languages)}
            onChange={(codes) => change({ languages: codes.join(",") })}
          />
        )}
        {project.namespaces.length > 1 && (
          <SomeOf
            label="Namespaces"
            options={project.namespaces.map(({ name }) => ({ value: name, label: name }))}
            chosen={wordsIn(search.namespaces)}
            onChange={(chosen) => change({ namespaces: chosen.join(",") })}
          />
        )}
      </div>
      <Loaded query={plan} skeleton={<SkeletonRows rows={5} className="h-16" />}>
        {(found) => (
          <PublishPlan
            plan={found}
            isPart={Boolean(input.filter)}
            picked={picked}
            onPick={setPicked}
            onAgain={() => void plan.refetch()}
          />
        )}
      </Loaded>
    </div>
  );
}
