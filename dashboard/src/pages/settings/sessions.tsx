import type { Output } from "@parlance/contract/operations";
import { MonitorSmartphone } from "lucide-react";
import { explain } from "../../api.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useToast } from "../../components/toast.tsx";
import { useCall, useWrite } from "../../data/queries.ts";
import { signOut } from "../../data/session.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { Row, Rows } from "../../parts/rows.tsx";
import { describeAgent } from "./describe-agent.ts";

type Session = Output<"sessions.list">["items"][number];

export function SessionsPage() {
  return (
    <>
      <PageTitle
        title="Sessions"
        description="Browsers where your account is signed in. Ending one signs it out at its next request; connected apps are not affected."
      />
      <Card flush>
        <Loaded query={useCall("sessions.list", {})} skeleton={<SkeletonRows rows={3} className="h-16" />}>
          {({ items }) => (
            <Rows label="Sessions">
              {currentFirst(items).map((session) => (
                <SessionRow key={session.id} session={session} />
              ))}
            </Rows>
          )}
        </Loaded>
      </Card>
    </>
  );
}

function SessionRow({ session }: { session: Session }) {
  const end = useWrite("sessions.end");
  const toast = useToast();
  const device = describeAgent(session.userAgent);
  function finish() {
    if (session.current) return signOut();
    return end.mutateAsync({ sessionId: session.id }).then(() => toast({ title: `Signed out: ${device}` }));
  }
  return (
    <Row>
      <MonitorSmartphone aria-hidden className="size-5 shrink-0 text-muted max-sm:hidden" />
      <div className="min-w-0 grow basis-36">
        <p className="flex flex-wrap items-center gap-x-2">
          <span className="font-medium" title={session.userAgent ?? undefined}>
            {device}
          </span>
          {session.current && <Badge tone="live">This browser</Badge>}
        </p>
        <p className="text-muted">
          {session.ipAddress && <>{session.ipAddress} · </>}
          signed in <RelativeTime value={session.createdAt} /> · ends{" "}
          <RelativeTime value={session.expiresAt} />
        </p>
      </div>
      <Button
        size="sm"
        data-row
        busy={end.isPending}
        aria-label={session.current ? "Sign out of this browser" : `Sign out ${device}`}
        onClick={() => void finish().catch((error) => toast({ tone: "danger", title: explain(error) }))}
      >
        Sign out
      </Button>
    </Row>
  );
}

function currentFirst(sessions: Session[]): Session[] {
  return [...sessions].sort((one, other) => Number(other.current) - Number(one.current));
}
