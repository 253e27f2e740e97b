import type { Caller, Reach } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";

/** What follows for a caller whose credential belongs to one organization: nobody learns of others whether they exist. */
export function oneOrganization(reach: Reach): Pick<Caller, "home" | "held" | "reachIn" | "organizations"> {
  const { id, slug } = reach.organization;
  return {
    home: reach,
    held: reach.scopes,
    async reachIn(_store, organization) {
      if (organization !== id && organization !== slug) throw new ApiError("wrong_organization");
      return reach;
    },
    organizations: async (_store, { after }) =>
      after === undefined || slug > after ? [reach.organization] : [],
  };
}
