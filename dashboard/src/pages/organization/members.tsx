import { getRouteApi } from "@tanstack/react-router";
import { UserPlus } from "lucide-react";
import { lazy, Suspense } from "react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { PageTitle } from "../../components/page-title.tsx";
import { SkeletonRows } from "../../components/skeleton.tsx";
import { useMay, useOrganization } from "../../data/organization.tsx";
import { useList } from "../../data/queries.ts";
import { usePerson } from "../../data/session.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { MoreRows, Rows } from "../../parts/rows.tsx";
import { Invitations } from "./invitations.tsx";
import { MemberRow } from "./member-row.tsx";

const InviteMember = lazy(() => import("./invite-member.tsx"));
const route = getRouteApi("/organizations/$slug/members");

export function MembersPage() {
  const organization = useOrganization();
  const mayManage = useMay("admin");
  const { invite = false } = route.useSearch();
  const navigate = route.useNavigate();
  const { data: person } = usePerson();
  const members = useList("members.list", { organizationId: organization.id });
  const setInviting = (open: boolean) =>
    void navigate({ search: open ? { invite: true } : {}, replace: !open });
  return (
    <>
      <PageTitle
        title="Members"
        description="Who works here. Owners and admins manage people and apps; members work on keys and translations."
        actions={
          mayManage && (
            <Button variant="primary" onClick={() => setInviting(true)}>
              <UserPlus aria-hidden />
              Invite
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-6">
        <Card flush>
          <Loaded query={members} skeleton={<SkeletonRows rows={4} className="h-[4.25rem]" />}>
            {(items) => (
              <>
                <Rows label="Members">
                  {items.map((member) => (
                    <MemberRow key={member.userId} member={member} isMe={member.userId === person?.id} />
                  ))}
                </Rows>
                <MoreRows query={members} />
              </>
            )}
          </Loaded>
        </Card>
        {mayManage && <Invitations />}
      </div>
      {mayManage && invite && (
        <Suspense>
          <InviteMember onClose={() => setInviting(false)} />
        </Suspense>
      )}
    </>
  );
}
