import { Mail } from "lucide-react";
import { explain } from "../../api.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { type Item, useList, useWrite } from "../../data/queries.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Row, Rows } from "../../parts/rows.tsx";
import { ROLE_WORDS } from "./member-row.tsx";

/** Who was asked to join and has not answered. */
export function Invitations() {
  const { id: organizationId } = useOrganization();
  const invitations = useList("invitations.list", { organizationId });
  return (
    <Card flush title="Invitations" description="They wait for an answer, and end by themselves.">
      <Loaded query={invitations} skeleton={<SkeletonRows rows={1} className="h-16" />}>
        {(items) =>
          items.length === 0 ? (
            <p className="px-5 py-6 text-center text-sm text-muted">Nobody is invited at the moment.</p>
          ) : (
            <>
              <Rows label="Invitations">
                {items.map((invitation) => (
                  <InvitationRow key={invitation.id} invitation={invitation} />
                ))}
              </Rows>
              <MoreRows query={invitations} />
            </>
          )
        }
      </Loaded>
    </Card>
  );
}

function InvitationRow({ invitation }: { invitation: Item<"invitations.list"> }) {
  const { id: organizationId } = useOrganization();
  const cancel = useWrite("invitations.cancel");
  const invite = useWrite("invitations.create");
  const toast = useToast();
  const { id, email, role, invitedBy, expiresAt } = invitation;
  const fail = (error: unknown) => toast({ tone: "danger", title: explain(error) });

  async function takeBack() {
    await cancel.mutateAsync({ organizationId, invitationId: id });
    const again = () => void invite.mutateAsync({ organizationId, email, role }).catch(fail);
    toast({
      title: `Invitation of ${plainName(email)} cancelled`,
      action: { label: "Invite again", onClick: again },
    });
  }

  return (
    <Row>
      <Mail aria-hidden className="size-5 shrink-0 text-muted max-sm:hidden" />
      <div className="min-w-0 grow basis-36">
        <p className="flex flex-wrap items-center gap-x-2">
          <Name className="font-medium">{email}</Name>
          <Badge>{ROLE_WORDS[role]}</Badge>
        </p>
        <p className="text-muted">
          invited by <Name>{invitedBy}</Name> · ends <RelativeTime value={expiresAt} />
        </p>
      </div>
      <Button
        size="sm"
        data-row
        busy={cancel.isPending}
        aria-label={`Cancel the invitation of ${plainName(email)}`}
        onClick={() => void takeBack().catch(fail)}
      >
        Cancel
      </Button>
    </Row>
  );
}
