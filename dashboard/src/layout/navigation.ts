import { hasRole, type Role } from "@parlance/contract/roles";
import {
  Blocks,
  Bot,
  Boxes,
  CircleUserRound,
  Folder,
  KeyRound,
  type LucideIcon,
  MonitorSmartphone,
  Plug,
  ScrollText,
  Settings,
  Users,
} from "lucide-react";

/** The pages of an organization, in the order of the side bar, with the role that opens each. */
const ORGANIZATION_PAGES = [
  { to: "/organizations/$slug", label: "Projects", icon: Folder, role: "member", group: "work" },
  { to: "/organizations/$slug/members", label: "Members", icon: Users, role: "member", group: "work" },
  {
    to: "/organizations/$slug/connected-apps",
    label: "Connected apps",
    icon: Plug,
    role: "admin",
    group: "work",
  },
  { to: "/organizations/$slug/audit", label: "Audit", icon: ScrollText, role: "admin", group: "work" },
  { to: "/organizations/$slug/settings", label: "Settings", icon: Settings, role: "member", group: "work" },
  { to: "/organizations/$slug/apps", label: "Apps", icon: Blocks, role: "admin", group: "developer" },
  {
    to: "/organizations/$slug/api-keys",
    label: "API keys",
    icon: KeyRound,
    role: "admin",
    group: "developer",
  },
  {
    to: "/organizations/$slug/agents",
    label: "Connect your agent",
    icon: Bot,
    role: "admin",
    group: "developer",
  },
] as const satisfies readonly {
  to: string;
  label: string;
  icon: LucideIcon;
  role: Role;
  group: "work" | "developer";
}[];

/** The pages of a project, in the order of its tabs. */
export const PROJECT_PAGES = [
  { to: "/organizations/$slug/projects/$project", label: "Overview" },
  { to: "/organizations/$slug/projects/$project/keys", label: "Keys" },
  { to: "/organizations/$slug/projects/$project/changes", label: "Changes" },
  { to: "/organizations/$slug/projects/$project/releases", label: "Releases" },
  { to: "/organizations/$slug/projects/$project/imports", label: "Import and export" },
  { to: "/organizations/$slug/projects/$project/namespaces", label: "Namespaces" },
  { to: "/organizations/$slug/projects/$project/settings", label: "Settings" },
  { to: "/organizations/$slug/projects/$project/trash", label: "Trash" },
] as const;

/** The pages about oneself. */
export const PERSONAL_PAGES = [
  { to: "/settings/account", label: "Account", icon: CircleUserRound },
  { to: "/settings/connected-apps", label: "My connected apps", icon: Boxes },
  { to: "/settings/sessions", label: "Sessions", icon: MonitorSmartphone },
] as const;

export function pagesFor(role: Role) {
  return ORGANIZATION_PAGES.filter((page) => hasRole(role, page.role));
}
