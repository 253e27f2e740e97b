import { Ban, Bot, CircleUserRound, Globe, KeyRound, type LucideIcon, Server } from "lucide-react";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { CopyId } from "../../components/copy-button.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import type { Item } from "../../data/queries.ts";
import { DOORS } from "../../parts/doors.ts";
import { Fact, Facts } from "../../parts/facts.tsx";
import { ExpandableRow } from "../../parts/rows.tsx";
import { exactTime } from "../../parts/words.ts";
import { wordsFor } from "./audit-words.ts";

type Entry = Item<"audit.list">;

interface Row {
  entry: Entry;
  /** Of the app that is concerned, where it is known. */
  appName: string | undefined;
}

export function AuditRow({ entry, appName, onApp }: Row & { onApp: (appId: string) => void }) {
  return (
    <ExpandableRow summary={<Summary entry={entry} appName={appName} />}>
      <Details entry={entry} appName={appName} onApp={onApp} />
    </ExpandableRow>
  );
}

function Summary({ entry: { actor, action, outcome, at }, appName }: Row) {
  const { Icon, word } = ACTORS[actor.type];
  const words = wordsFor(action);
  const refused = outcome === "refused";
  return (
    <>
      <Icon aria-label={word} className="size-5 shrink-0 text-muted" />
      <span className="flex min-w-0 grow flex-wrap items-center gap-x-3 gap-y-1">
        <span className="min-w-0 grow basis-56">
          <Name className="font-medium">{actor.name ?? word}</Name> {refused && "was refused: "}
          {words ?? <code className="font-mono text-[0.92em]">{action}</code>}
          {appName && actor.type !== "app" && (
            <span className="text-muted">
              {" · "}
              <Name>{appName}</Name>
            </span>
          )}
        </span>
        {refused && (
          <Badge tone="danger" icon={Ban}>
            Refused
          </Badge>
        )}
        <span className="text-muted">
          <RelativeTime value={at} />
        </span>
      </span>
    </>
  );
}

function Details({ entry, appName, onApp }: Row & { onApp: (appId: string) => void }) {
  const { id, at, action, actor, via, appId, grantId, target, details, requestId, address } = entry;
  return (
    <Facts>
      <Fact name="When">{exactTime(at)}</Fact>
      <Fact name="Action">
        <code className="font-mono text-[0.92em]">{action}</code>
      </Fact>
      <Fact name="By">
        {actor.name && (
          <>
            <Name>{actor.name}</Name>,{" "}
          </>
        )}
        {actor.name ? ACTORS[actor.type].word.toLowerCase() : ACTORS[actor.type].word}
        {actor.id && (
          <span className="block">
            <CopyId value={actor.id} />
          </span>
        )}
      </Fact>
      {via && <Fact name="Through">{DOORS[via]}</Fact>}
      {actor.agent && (
        <Fact name="Says it is">
          <Name>{actor.agent}</Name>
        </Fact>
      )}
      {appId && (
        <Fact name="App">
          <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
            {appName && <Name>{appName}</Name>}
            <CopyId value={appId} />
            <Button size="sm" variant="ghost" className="-my-1.5" onClick={() => onApp(appId)}>
              Only this app
            </Button>
          </span>
        </Fact>
      )}
      {grantId && (
        <Fact name="Connection">
          <CopyId value={grantId} />
        </Fact>
      )}
      {target && (
        <Fact name="Done to">
          <CopyId value={target} />
        </Fact>
      )}
      {Object.entries(details).map(([name, value]) => (
        <Fact key={name} name={plainName(name)}>
          <span className="whitespace-pre-wrap">{inWords(value)}</span>
        </Fact>
      ))}
      {address && <Fact name="From">{address}</Fact>}
      {requestId && (
        <Fact name="Request">
          <CopyId value={requestId} />
        </Fact>
      )}
      <Fact name="Entry">
        <CopyId value={id} />
      </Fact>
    </Facts>
  );
}

/** A detail as text: lists by commas, objects as JSON, with nothing in it that could turn the line around. */
function inWords(value: unknown): string {
  if (Array.isArray(value) && value.every((part) => typeof part === "string"))
    return value.map(plainName).join(", ");
  return typeof value === "string" ? plainName(value) : JSON.stringify(value);
}

const ACTORS: Record<Entry["actor"]["type"], { Icon: LucideIcon; word: string }> = {
  user: { Icon: CircleUserRound, word: "Person" },
  app: { Icon: Bot, word: "App" },
  key: { Icon: KeyRound, word: "API key" },
  anyone: { Icon: Globe, word: "Somebody" },
  system: { Icon: Server, word: "Parlance" },
};
