import { Blocks, CircleUserRound, KeyRound, Server } from "lucide-react";
import { Badge } from "../../components/badge.tsx";
import { Name } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { DOORS } from "../../parts/doors.ts";
import { amountOf, type Changeset } from "./changeset-words.ts";

/** Who wrote, through which door, how much, when and why. */
export function ChangesetSummary({ changeset }: { changeset: Changeset }) {
  const { actor, via, message, createdAt } = changeset;
  const { Icon, word } = WRITERS[actor.type];
  return (
    <span className="flex items-start gap-3">
      <Icon aria-label={word} className="mt-px size-5 shrink-0 text-muted" />
      <span className="flex min-w-0 grow flex-wrap items-baseline gap-x-3 gap-y-1">
        <span className="min-w-0 font-medium break-words">
          <Name>{actor.name ?? "Somebody who is gone"}</Name>
        </span>
        <span className="tabular-nums">{amountOf(changeset)}</span>
        <Badge>{DOORS[via]}</Badge>
        {actor.agent && (
          <span className="min-w-0 break-words text-muted">
            <Name>{actor.agent}</Name>
          </span>
        )}
        <span className="text-muted sm:ms-auto">
          <RelativeTime value={createdAt} />
        </span>
        {message && (
          <span className="w-full min-w-0 break-words text-muted">
            <Name>{message}</Name>
          </span>
        )}
      </span>
    </span>
  );
}

const PERSON = { Icon: CircleUserRound, word: "Person" };
/** Nobody unknown writes. */
const WRITERS = {
  user: PERSON,
  app: { Icon: Blocks, word: "App" },
  key: { Icon: KeyRound, word: "API key" },
  system: { Icon: Server, word: "The server" },
  anyone: PERSON,
};
