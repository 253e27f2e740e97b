import { hasRole, ROLE_NAMES, ROLES, type Role } from "@parlance/contract/roles";
import { LogOut, Shield, UserMinus } from "lucide-react";
import { useState } from "react";
import { call, explain } from "../../api.ts";
import { AppIcon } from "../../components/app-icon.tsx";
import { Badge } from "../../components/badge.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Menu, type MenuItem } from "../../components/menu.tsx";
import { Name, plainName } from "../../components/name.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { useToast } from "../../components/toast.tsx";
import { useOrganization } from "../../data/organization.tsx";
import { type Item, useWrite } from "../../data/queries.ts";
import { startAfresh } from "../../data/session.ts";
import { Row } from "../../parts/rows.tsx";

type Member = Item<"members.list">;
type Asking = { to: "remove" } | { to: "change"; role: Role };

export function MemberRow({ member, isMe }: { member: Member; isMe: boolean }) {
  const [asking, setAsking] = useState<Asking | null>(null);
  const changeRole = useChangeRole(member);
  const items = useItems(member, isMe, (role) => {
    // Nobody but the other can take back an ownership that was given, or give back one's own role.
    if (role === "owner" || isMe) setAsking({ to: "change", role });
    else void changeRole(role);
  });
  const leaving: MenuItem = isMe
    ? { label: "Leave organization", icon: LogOut, danger: true, onSelect: () => setAsking({ to: "remove" }) }
    : {
        label: "Remove from organization",
        icon: UserMinus,
        danger: true,
        onSelect: () => setAsking({ to: "remove" }),
      };
  const menu = items ? [...items, leaving] : isMe ? [leaving] : [];
  const badge = (
    <span title={ROLES[member.role].sentence}>
      <Badge tone={member.role === "owner" ? "accent" : "neutral"}>{ROLE_WORDS[member.role]}</Badge>
    </span>
  );
  return (
    <Row className="flex-nowrap">
      <AppIcon name={member.name} />
      <div className="min-w-0 flex-1">
        <p className="font-medium">
          <Name>{member.name}</Name>
          {isMe && <span className="font-normal text-muted"> (you)</span>}
        </p>
        <p className="text-muted">
          <Name>{member.email}</Name>
        </p>
        <p className="mt-1 sm:hidden">{badge}</p>
      </div>
      <p className="text-muted max-sm:hidden">
        joined <RelativeTime value={member.joinedAt} />
      </p>
      <span className="flex w-20 justify-end max-sm:hidden">{badge}</span>
      <span className="w-9 shrink-0">
        {menu.length > 0 && <Menu label={`Actions for ${plainName(member.name)}`} items={menu} />}
      </span>
      <Questions
        member={member}
        isMe={isMe}
        asking={asking}
        onClose={() => setAsking(null)}
        changeRole={changeRole}
      />
    </Row>
  );
}

/** The roles somebody may be given by me; null when that is not for me to decide. */
function useItems(member: Member, isMe: boolean, onRole: (role: Role) => void): MenuItem[] | null {
  const { role: mine } = useOrganization();
  if (!hasRole(mine, "admin") || (member.role === "owner" && mine !== "owner")) return null;
  return ROLE_NAMES.filter((role) => role !== member.role && hasRole(mine, role)).map((role) => ({
    label: isMe ? `Become ${ROLE_WORDS[role].toLowerCase()}` : `Make ${ROLE_WORDS[role].toLowerCase()}`,
    icon: Shield,
    onSelect: () => onRole(role),
  }));
}

function useChangeRole({ userId, name, role: before }: Member) {
  const { id: organizationId, role: mine } = useOrganization();
  const update = useWrite("members.update");
  const toast = useToast();
  return async function change(role: Role) {
    try {
      await update.mutateAsync({ organizationId, userId, role });
      const undo = role !== "owner" && hasRole(mine, before);
      toast({
        title: `${plainName(name)} is now ${ROLE_WORDS[role].toLowerCase()}`,
        ...(undo && { action: { label: "Undo", onClick: () => void change(before) } }),
      });
    } catch (error) {
      toast({ tone: "danger", title: explain(error) });
    }
  };
}

function Questions({
  member,
  isMe,
  asking,
  onClose,
  changeRole,
}: {
  member: Member;
  isMe: boolean;
  asking: Asking | null;
  onClose: () => void;
  changeRole: (role: Role) => Promise<void>;
}) {
  const { id: organizationId, name: organization } = useOrganization();
  const remove = useWrite("members.remove");
  const toast = useToast();
  const name = plainName(member.name);

  async function leave() {
    if (isMe) {
      await call("members.remove", { organizationId, userId: member.userId });
      await startAfresh("/");
    }
    await remove.mutateAsync({ organizationId, userId: member.userId });
    toast({ title: `${name} was removed` });
  }

  if (asking?.to === "change") {
    const word = ROLE_WORDS[asking.role].toLowerCase();
    return (
      <ConfirmDialog
        open
        onOpenChange={onClose}
        title={isMe ? `Become ${word}?` : `Make ${name} an owner?`}
        action={isMe ? `Become ${word}` : `Make ${name} owner`}
        onConfirm={() => changeRole(asking.role)}
      >
        {isMe
          ? `${ROLES[asking.role].sentence}. Only another owner can give you your role back, connections you made rest until then where the new role does not reach, and your keys do no more than it allows.`
          : `${ROLES.owner.sentence}. An owner can also remove you.`}
      </ConfirmDialog>
    );
  }
  if (asking?.to !== "remove") return null;
  return (
    <ConfirmDialog
      open
      onOpenChange={onClose}
      title={isMe ? `Leave ${plainName(organization)}?` : `Remove ${name}?`}
      action={isMe ? "Leave organization" : `Remove ${name}`}
      onConfirm={leave}
    >
      {isMe
        ? "You lose access at once, and so do the apps you connected and the secret keys you made here."
        : `${name} loses access at once, and so do the apps they connected and the secret keys they made here.`}{" "}
      What was written stays. Coming back takes a new invitation.
    </ConfirmDialog>
  );
}

export const ROLE_WORDS: Record<Role, string> = { owner: "Owner", admin: "Admin", member: "Member" };
