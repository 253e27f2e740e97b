import type { Approval, ConnectRequest, OfferedScope, Organization } from "../request.ts";

/** What somebody has picked on the consent page so far. */
export interface Choices {
  /** Organization id → all projects or the ids of some. */
  readonly organizations: ReadonlyMap<string, "all" | readonly string[]>;
  /** Only the switches that were touched; the others follow from the request and the picked organizations. */
  readonly touched: ReadonlyMap<string, boolean>;
}

/**
 * Before anything was touched: the organization the app hinted at, else the only one there is, else those that are
 * connected already.
 */
export function firstChoices(request: ConnectRequest): Choices {
  const selectable = request.organizations.filter((organization) => organization.selectable);
  const hint = request.organization_hint;
  const hinted = selectable.filter(({ id, slug }) => hint !== null && (id === hint || slug === hint));
  const connected = selectable.filter((organization) => organization.grant);
  const picked = hinted.length > 0 ? hinted : selectable.length === 1 ? selectable : connected;
  return {
    organizations: new Map(picked.map((organization) => [organization.id, firstProjects(organization)])),
    touched: new Map(),
  };
}

export function withOrganization(choices: Choices, organization: Organization, picked: boolean): Choices {
  const organizations = new Map(choices.organizations);
  if (picked) organizations.set(organization.id, firstProjects(organization));
  else organizations.delete(organization.id);
  return { ...choices, organizations };
}

export function withProjects(choices: Choices, id: string, projects: "all" | readonly string[]): Choices {
  return { ...choices, organizations: new Map(choices.organizations).set(id, projects) };
}

export function withSwitch(choices: Choices, scope: string, on: boolean): Choices {
  return { ...choices, touched: new Map(choices.touched).set(scope, on) };
}

/**
 * A switch nobody touched is on when a picked organization already granted it, so that an update takes nothing away,
 * or when the app asked for it and it can break nothing.
 */
export function isOn(request: ConnectRequest, choices: Choices, scope: OfferedScope): boolean {
  if (!isOffered(request, choices, scope)) return false;
  const touched = choices.touched.get(scope.name);
  if (touched !== undefined) return touched;
  if (holders(request, choices, scope.name).held.length > 0) return true;
  return scope.default_on && scope.warning === null;
}

/** Asked for, or held in a picked organization from before: the server refuses any other. */
export function isOffered(request: ConnectRequest, choices: Choices, scope: OfferedScope): boolean {
  return scope.requested || holders(request, choices, scope.name).held.length > 0;
}

/** The picked organizations in which the app holds this scope now, and those in which it would be new. */
export function holders(
  request: ConnectRequest,
  choices: Choices,
  scope: string,
): { held: Organization[]; fresh: Organization[] } {
  const organizations = pickedOrganizations(request, choices);
  const holds = (organization: Organization) => organization.grant?.scopes.includes(scope) ?? false;
  return {
    held: organizations.filter(holds),
    fresh: organizations.filter((organization) => !holds(organization)),
  };
}

export function pickedOrganizations(request: ConnectRequest, choices: Choices): Organization[] {
  return request.organizations.filter(
    (organization) => organization.selectable && choices.organizations.has(organization.id),
  );
}

export function scopesOn(request: ConnectRequest, choices: Choices): string[] {
  return request.scopes.filter((scope) => isOn(request, choices, scope)).map((scope) => scope.name);
}

/** Why Authorize cannot be pressed yet; null when it can. */
export function whyNot(request: ConnectRequest, choices: Choices): string | null {
  const organizations = pickedOrganizations(request, choices);
  if (organizations.length === 0) return "Pick an organization first.";
  if (organizations.some((organization) => choices.organizations.get(organization.id)?.length === 0))
    return "Pick at least one project.";
  if (scopesOn(request, choices).length === 0) return "Switch on at least one permission.";
  return null;
}

export function approval(request: ConnectRequest, choices: Choices): Approval {
  return {
    approve: true,
    organizations: pickedOrganizations(request, choices).map(({ id }) => {
      const projects = choices.organizations.get(id) ?? [];
      return { organization_id: id, projects: projects === "all" ? "all" : [...projects] };
    }),
    scopes: scopesOn(request, choices),
  };
}

/** Projects that were deleted since stay out: they cannot be picked any more. */
function firstProjects(organization: Organization): "all" | readonly string[] {
  const before = organization.grant?.projects;
  if (before === undefined || before === "all") return "all";
  return before.filter((id) => organization.projects.some((project) => project.id === id));
}
