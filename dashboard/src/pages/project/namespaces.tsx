import { DEFAULT_NAMESPACE } from "@parlance/contract/cdn";
import { Link } from "@tanstack/react-router";
import { FolderTree } from "lucide-react";
import { useState } from "react";
import { explain } from "../../api.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Name } from "../../components/name.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useToast } from "../../components/toast.tsx";
import { type Item, useList, useWrite } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Row, Rows } from "../../parts/rows.tsx";
import { count } from "../../parts/words.ts";
import { DescribeNamespace } from "./describe-namespace.tsx";
import { ProjectNav } from "./project-nav.tsx";
import { useProjectParams } from "./use-project.ts";

export type Namespace = Item<"namespaces.list">;

/** The parts a project's keys are sorted into, and what translators should know about each. */
export function NamespacesPage() {
  const { projectId } = useProjectParams();
  const namespaces = useList("namespaces.list", { projectId });
  const [described, setDescribed] = useState<Namespace | null>(null);
  return (
    <>
      <ProjectNav />
      <PageTitle
        title="Namespaces"
        description="Keys are sorted into them, as your code is into parts. A key that names none is in “default”."
      />
      <Card flush>
        <Loaded query={namespaces} skeleton={<SkeletonRows rows={4} className="h-[4.25rem]" />}>
          {(items) =>
            items.length === 0 ? (
              <EmptyState icon={FolderTree} title="No namespaces yet">
                One appears with its first key.
              </EmptyState>
            ) : (
              <>
                <Rows label="Namespaces">
                  {items.map((namespace) => (
                    <NamespaceRow
                      key={namespace.name}
                      namespace={namespace}
                      onDescribe={() => setDescribed(namespace)}
                    />
                  ))}
                </Rows>
                <MoreRows query={namespaces} auto />
              </>
            )
          }
        </Loaded>
      </Card>
      {described && <DescribeNamespace namespace={described} onClose={() => setDescribed(null)} />}
    </>
  );
}

function NamespaceRow({ namespace, onDescribe }: { namespace: Namespace; onDescribe: () => void }) {
  const { slug, project } = useProjectParams();
  const { name, keyCount, description, team, domain, tags } = namespace;
  const about = [team, domain].filter(Boolean) as string[];
  return (
    <Row>
      <div className="min-w-0 grow basis-56">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            to="/organizations/$slug/projects/$project/keys"
            params={{ slug, project }}
            search={{ namespace: name }}
            className="rounded-sm font-mono text-[0.92em] break-all underline decoration-line-strong underline-offset-4"
          >
            {name}
          </Link>
          {tags.map((tag) => (
            <Badge key={tag}>
              <bdi>{tag}</bdi>
            </Badge>
          ))}
        </p>
        {about.length > 0 && (
          <p className="mt-0.5 flex flex-wrap gap-x-2 text-muted">
            {about.map((text) => (
              <Name key={text}>{text}</Name>
            ))}
          </p>
        )}
        {description && (
          <p dir="auto" className="mt-0.5 line-clamp-2 max-w-prose text-muted">
            {description}
          </p>
        )}
      </div>
      <p className="text-muted tabular-nums">{count(keyCount, "key")}</p>
      <span className="flex flex-wrap gap-2">
        {keyCount === 0 && name !== DEFAULT_NAMESPACE && <Forget name={name} />}
        <Button size="sm" data-row aria-label={`Edit ${name}`} onClick={onDescribe}>
          Edit
        </Button>
      </span>
    </Row>
  );
}

/** An empty one holds nothing but its description, which its first key cannot bring back. */
function Forget({ name }: { name: string }) {
  const { projectId } = useProjectParams();
  const forget = useWrite("namespaces.delete");
  const toast = useToast();
  const submit = () =>
    forget
      .mutateAsync({ projectId, namespace: name })
      .then(() => toast({ title: `Deleted ${name}` }))
      .catch((error) => toast({ tone: "danger", title: explain(error) }));
  return (
    <Button size="sm" busy={forget.isPending} aria-label={`Delete ${name}`} onClick={() => void submit()}>
      Delete
    </Button>
  );
}
