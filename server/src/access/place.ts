import type { Declaration } from "@parlance/contract/operation";
import type { Caller, PlacedProject, Reach, Reader } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { isStorable } from "../platform/storable.ts";
import { findProjectById, findProjectBySlugs } from "../projects/find-project.ts";
import { isInside, reachProject } from "../projects/reach-project.ts";

/** Organization and project as a call names them, each by id or slug; a project also as `organization/project`. */
export interface Names {
  readonly organization?: string | undefined;
  readonly project?: string | undefined;
  /** The project, looked for already (`lookAhead`). */
  readonly found?: Promise<PlacedProject | undefined> | undefined;
}

/** What was named, resolved and inside the caller's reach. */
export interface Placed {
  readonly reach: Reach | null;
  readonly project: PlacedProject | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Begins to look for a project that is named by its id while it is not known yet who asks: on Postgres both answers come in
 * one round trip. Whether it exists is told to nobody before `place` has looked at the caller.
 */
export function lookAhead(store: Reader, names: Names): Names {
  const { project, organization } = names;
  if (project === undefined || organization !== undefined || !UUID.test(project)) return names;
  const found = findProjectById(store, project.toLowerCase());
  // Whoever is refused before does not care.
  found.catch(() => {});
  return { ...names, found };
}

/**
 * Resolves what a call names and checks that it is inside the caller's reach. An organization that is not the token's is
 * `wrong_organization`, existing or not; a bare project id outside the grant is `not_found`, as if it never existed.
 */
export async function place(
  store: Reader,
  { names: named }: Pick<Declaration, "names">,
  caller: Caller,
  names: Names,
): Promise<Placed> {
  // Nothing is called so, and Postgres refuses to be asked.
  if (![names.organization, names.project].every((name) => isStorable(name ?? ""))) throw noProject();
  if (named === "project") return placeProject(store, caller, names);
  if (named === undefined) return { reach: caller.home, project: null };
  if (names.organization !== undefined) {
    return { reach: await caller.reachIn(store, names.organization), project: null };
  }
  return { reach: caller.home ?? missing("organization", "the organization, by id or slug"), project: null };
}

/** The same where only a field of the input names the organization, which is known last. */
export async function placeByInput(
  store: Reader,
  field: string,
  caller: Caller,
  input: unknown,
): Promise<Placed> {
  const organization = (input as Record<string, unknown>)[field];
  if (typeof organization === "string") {
    return { reach: await caller.reachIn(store, organization), project: null };
  }
  return { reach: caller.home ?? missing(field, "the organization's id"), project: null };
}

async function placeProject(
  store: Reader,
  caller: Caller,
  { organization, project = missing("project", "the project, by id or slug"), found: ahead }: Names,
): Promise<Placed> {
  const [first = "", second, ...rest] = project.split("/");
  if (organization === undefined && second === undefined) return placeById(store, caller, first, ahead);
  if (rest.length > 0 || (organization !== undefined && second !== undefined)) throw noProject();
  const reach = await caller.reachIn(store, organization ?? first);
  const found = await findProjectBySlugs(store, reach.organization.slug, second ?? first);
  if (!found || !isInside(reach, found)) throw noProject();
  return { reach, project: found };
}

async function placeById(store: Reader, caller: Caller, id: string, ahead: Names["found"]): Promise<Placed> {
  const project = UUID.test(id) ? await (ahead ?? findProjectById(store, id.toLowerCase())) : undefined;
  const reach = project && (await reachProject(store, caller, project));
  if (!project || !reach) throw noProject();
  return { reach, project };
}

function noProject(): ApiError {
  return new ApiError("not_found", "There is no such project.");
}

function missing(field: string, expected: string): never {
  throw new ApiError("invalid_request", `The field /${field} is missing.`, {
    errors: [{ pointer: `/${field}`, code: "required", expected }],
  });
}
