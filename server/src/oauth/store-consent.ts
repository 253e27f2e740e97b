import type { Scope } from "@parlance/contract/scopes";
import type { Reader } from "../context.ts";

/** An organization of the person, as the consent page needs it. */
export interface ConsentOrganization {
  id: string;
  slug: string;
  name: string;
  role: string;
  projects: { id: string; slug: string; name: string }[];
  /** What the app holds there already. */
  grant: {
    grantId: string;
    scopes: Scope[];
    projects: "all" | string[];
    /** The metadata document that it was approved under; null for other apps. */
    documentHash: string | null;
  } | null;
}

/** Every organization that the person belongs to, with its live projects and the app's live grant. */
export async function selectConsentOrganizations(
  store: Reader,
  userId: string,
  appId: string,
): Promise<ConsentOrganization[]> {
  const organizations = await store
    .selectFrom("members")
    .innerJoin("organizations", "organizations.id", "members.organizationId")
    .select(["organizations.id", "organizations.slug", "organizations.name", "members.role"])
    .where("members.userId", "=", userId)
    .where("organizations.deletedAt", "is", null)
    .orderBy("organizations.name")
    .orderBy("organizations.id")
    .execute();
  if (organizations.length === 0) return [];
  const ids = organizations.map((row) => row.id);
  const projects = await store
    .selectFrom("projects")
    .select(["id", "slug", "name", "organizationId"])
    .where("organizationId", "in", ids)
    .where("deletedAt", "is", null)
    .orderBy("name")
    .orderBy("id")
    .execute();
  const grants = await store
    .selectFrom("grants")
    .leftJoin("grantProjects", "grantProjects.grantId", "grants.id")
    .select([
      "grants.id",
      "grants.organizationId",
      "grants.scopes",
      "grants.projectAccess",
      "grants.documentHash",
      "grantProjects.projectId",
    ])
    .where("grants.appId", "=", appId)
    .where("grants.userId", "=", userId)
    .where("grants.revokedAt", "is", null)
    .execute();
  return organizations.map((organization) => ({
    ...organization,
    projects: projects
      .filter((project) => project.organizationId === organization.id)
      .map(({ id, slug, name }) => ({ id, slug, name })),
    grant: toGrant(grants.filter((grant) => grant.organizationId === organization.id)),
  }));
}

function toGrant(
  rows: {
    id: string;
    scopes: string;
    projectAccess: "all" | "chosen";
    documentHash: string | null;
    projectId: string | null;
  }[],
): ConsentOrganization["grant"] {
  const [first] = rows;
  if (!first) return null;
  return {
    grantId: first.id,
    documentHash: first.documentHash,
    scopes: JSON.parse(first.scopes) as Scope[],
    projects: first.projectAccess === "all" ? "all" : rows.flatMap((row) => row.projectId ?? []),
  };
}
