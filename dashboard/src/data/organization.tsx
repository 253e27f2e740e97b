import { hasRole, type Role } from "@parlance/contract/roles";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext } from "react";
import { callAll, type Item } from "./queries.ts";

export type Membership = Item<"memberships.list">;

const LAST_USED = "parlance.organization";

/** One's organizations by name. */
export const membershipsQuery = queryOptions({
  queryKey: ["memberships.list"],
  staleTime: 30_000,
  queryFn: async ({ signal }) => {
    const all = await callAll("memberships.list", {}, signal);
    return all.sort((one, other) => one.name.localeCompare(other.name));
  },
});

export function useMemberships() {
  return useQuery(membershipsQuery);
}

const OrganizationContext = createContext<Membership | null>(null);

export function OrganizationProvider({ value, children }: { value: Membership; children: ReactNode }) {
  return <OrganizationContext value={value}>{children}</OrganizationContext>;
}

/** The organization in the address, with one's role in it. */
export function useOrganization(): Membership {
  const organization = useContext(OrganizationContext);
  if (!organization) throw new Error("outside of an organization's pages");
  return organization;
}

/** Whether one's role here reaches the given one. The server decides; this only spares people dead ends. */
export function useMay(role: Role): boolean {
  return hasRole(useOrganization().role, role);
}

/** Where `/` leads to next time. Stored in this browser only. */
export function rememberOrganization(slug: string): void {
  try {
    localStorage.setItem(LAST_USED, slug);
  } catch {
    // Storage may be switched off; then `/` opens the first organization.
  }
}

/** The organization last worked in, or the first one. */
export function lastOrganization(memberships: Membership[]): Membership | undefined {
  let slug: string | null = null;
  try {
    slug = localStorage.getItem(LAST_USED);
  } catch {
    // See above.
  }
  return memberships.find((one) => one.slug === slug) ?? memberships[0];
}
