import type { Role } from "@parlance/contract/roles";
import { Link } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClass } from "../components/button.tsx";
import { EmptyState } from "../components/empty-state.tsx";
import { useMay, useOrganization } from "../data/organization.tsx";

/** Shows a page to those whose role opens it, and to others why it is closed and who can help. */
export function NeedsRole({ role, children }: { role: Role; children: ReactNode }) {
  const organization = useOrganization();
  if (useMay(role)) return children;
  return (
    <EmptyState
      icon={Lock}
      title={role === "owner" ? "Only owners see this" : "Only owners and admins see this"}
      action={
        <Link
          to="/organizations/$slug/members"
          params={{ slug: organization.slug }}
          className={buttonClass()}
        >
          See who they are
        </Link>
      }
    >
      You are a member of this organization. An owner can change your role.
    </EmptyState>
  );
}
