import { ALL_SCOPES } from "@parlance/contract/scopes";
import { Clock, Globe, KeyRound } from "lucide-react";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import type { Item } from "../../data/queries.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { Permissions, ReachesProduction } from "../../parts/permissions.tsx";
import { ExpandableRow } from "../../parts/rows.tsx";
import { count } from "../../parts/words.ts";

export type ApiKey = Item<"apiKeys.list">;

const KINDS = {
  secret: { Icon: KeyRound, word: "Secret key", prefix: "bi-" },
  public: { Icon: Globe, word: "Public key", prefix: "bi_pub_" },
};

/** One key, opening to what it may do, with a way to end it. */
export function ApiKeyRow({ apiKey, onRevoke }: { apiKey: ApiKey; onRevoke: () => void }) {
  return (
    <ExpandableRow
      summary={<Summary apiKey={apiKey} />}
      actions={
        <Button size="sm" aria-label={`Revoke ${plainName(apiKey.name)}`} onClick={onRevoke}>
          Revoke
        </Button>
      }
    >
      <Details apiKey={apiKey} />
    </ExpandableRow>
  );
}

function Summary({ apiKey }: { apiKey: ApiKey }) {
  const { kind, name, lastFour, scopes, allProjects, projects, expiresAt, lastUsedAt } = apiKey;
  const { Icon, word, prefix } = KINDS[kind];
  return (
    <>
      <span className="grid size-9 shrink-0 place-items-center rounded border border-line bg-sunken text-muted">
        <Icon aria-hidden className="size-5" />
      </span>
      <span className="min-w-0 grow">
        <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Name className="min-w-0 font-medium break-words">{name}</Name>
          {expiresAt !== null && isPast(expiresAt) ? (
            <Badge tone="danger" icon={Clock}>
              Expired
            </Badge>
          ) : (
            <ReachesProduction scopes={scopes ?? ALL_SCOPES} />
          )}
        </span>
        <span className="mt-0.5 block text-muted">
          {word}{" "}
          <code dir="ltr" className="font-mono whitespace-nowrap">
            {prefix}…{lastFour}
          </code>
          {" · "}
          {allProjects ? "all projects" : count(projects.length, "project")}
          {/* Nobody notes yet who reads published content. */}
          {kind === "secret" && (
            <>
              {" · "}
              {lastUsedAt ? (
                <>
                  used <RelativeTime value={lastUsedAt} />
                </>
              ) : (
                "never used"
              )}
            </>
          )}
        </span>
      </span>
    </>
  );
}

function Details({ apiKey }: { apiKey: ApiKey }) {
  const { id, kind, scopes, allProjects, projects, createdBy, createdAt, expiresAt } = apiKey;
  const creator = createdBy.name === null ? "Somebody who is gone" : <Name>{createdBy.name}</Name>;
  return (
    <Facts>
      <Fact name="Kind">{KINDS[kind].word}</Fact>
      <Fact name="It may">
        {kind === "public" ? (
          "Read published content"
        ) : scopes === null ? (
          <>Do whatever the role of {creator} allows, at every moment</>
        ) : (
          <>
            <Permissions scopes={scopes} />
            <p className="mt-1.5 text-muted">And no more than the role of {creator} allows.</p>
          </>
        )}
      </Fact>
      <Fact name="Projects">
        {allProjects ? (
          "All, and those still to come"
        ) : (
          <ul className="flex flex-col gap-1">
            {projects.map((project) => (
              <li key={project.id} className="break-words">
                {project.name === null ? (
                  <span className="text-muted">A project that was deleted</span>
                ) : (
                  <Name>{project.name}</Name>
                )}
              </li>
            ))}
          </ul>
        )}
      </Fact>
      <Fact name="Made by">
        {creator}, <RelativeTime value={createdAt} />
      </Fact>
      <Fact name="Life">
        {expiresAt === null ? (
          "Until it is revoked"
        ) : (
          <>
            {isPast(expiresAt) ? "Expired " : "Expires "}
            <RelativeTime value={expiresAt} />
          </>
        )}
      </Fact>
      <Fact name="Key id">
        <CopyId value={id} />
      </Fact>
    </Facts>
  );
}

function isPast(instant: string): boolean {
  return Date.parse(instant) <= Date.now();
}
