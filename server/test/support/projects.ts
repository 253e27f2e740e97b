import type { Input, OperationName, Request } from "@parlance/contract/operations";
import { OPERATIONS } from "@parlance/contract/operations";
import { ALL_SCOPES } from "@parlance/contract/scopes";
import { changesetHandlers } from "../../src/changesets/operations.ts";
import type { Caller, Context, Handlers, PlacedProject, Reach } from "../../src/context.ts";
import { exportHandlers } from "../../src/exports/operations.ts";
import { importHandlers } from "../../src/imports/operations.ts";
import { installationCaller } from "../../src/installations/installation-caller.ts";
import { keyHandlers } from "../../src/keys/operations.ts";
import { languageHandlers } from "../../src/languages/operations.ts";
import { namespaceHandlers } from "../../src/namespaces/operations.ts";
import { pendingHandlers } from "../../src/pending/operations.ts";
import { newId } from "../../src/platform/crypto.ts";
import { createProject } from "../../src/projects/create-project.ts";
import { findProjectById } from "../../src/projects/find-project.ts";
import { addLanguage } from "../../src/projects/languages.ts";
import { projectHandlers } from "../../src/projects/operations.ts";
import type { ValidationMode } from "../../src/projects/validation-mode.ts";
import { publishingHandlers } from "../../src/publishing/operations.ts";
import { valueHandlers } from "../../src/values/operations.ts";
import { inCall } from "./context.ts";
import { addOrganization, addPerson, type Person, placedIn } from "./people.ts";

const HANDLERS = {
  ...projectHandlers,
  ...keyHandlers,
  ...valueHandlers,
  ...languageHandlers,
  ...namespaceHandlers,
  ...changesetHandlers,
  ...pendingHandlers,
  ...publishingHandlers,
  ...importHandlers,
  ...exportHandlers,
};
type Names = keyof typeof HANDLERS & OperationName;

/** A person, their organization and a project in it. */
export interface World {
  person: Person;
  reach: Reach;
  project: PlacedProject;
  /** Runs an operation on the project as access would, with defaults applied to its input. */
  call<Name extends Names>(
    name: Name,
    input?: Omit<Request<Name>, "projectId" | "organizationId"> & { organizationId?: string },
    caller?: Caller,
  ): Promise<Awaited<ReturnType<Handlers[Name]>>>;
}

const VALIDATION: ValidationMode = { api: "reject", import: "warn" };

type Shape = {
  fileStructure?: PlacedProject["fileStructure"];
  keyFormat?: PlacedProject["keyFormat"];
  languages?: string[];
  validationMode?: ValidationMode;
};

export async function addProject(
  context: Context,
  {
    fileStructure = "single_file",
    keyFormat = "nested",
    languages = [],
    validationMode = VALIDATION,
  }: Shape = {},
): Promise<World> {
  const person = await addPerson(context.db);
  const organization = await addOrganization(context.db, newId("Org").replace("_", " "), person);
  const { reach } = await placedIn(context.db, person, organization.id);
  const project = await inCall(context, { caller: person, placed: { reach } }, async (call) => {
    const created = await createProject(call, reach, {
      name: "Website",
      slug: "website",
      sourceLanguage: "en",
      fileStructure,
      keyFormat,
      validationMode,
      publishFrom: "approved",
      peopleStatus: "approved",
    });
    for (const code of languages) {
      await addLanguage(call, created, { code, status: "active" });
    }
    return created;
  });
  return {
    person,
    reach,
    project,
    async call(name, input, caller = person) {
      const operation = OPERATIONS[name];
      const parsed = operation.input.parse(input ?? {});
      const own = "ownTransactions" in operation && operation.ownTransactions;
      const effect = operation.effect === "read" || own ? "read" : "change";
      const now = (await findProjectById(context.db.read, project.id)) ?? project;
      const placed = { reach: caller.home ?? reach, project: now };
      return inCall(context, { caller, effect, placed }, (call) =>
        (HANDLERS[name] as (call: unknown, input: unknown) => Promise<never>)(
          call,
          parsed as Input<typeof name>,
        ),
      );
    },
  };
}

/** A caller with an installation token for the world's organization: all scopes and projects, unless narrowed. */
export function tokenFor(world: { reach: Reach; person: Person }, narrowed: Partial<Reach> = {}): Caller {
  return installationCaller({
    tokenHash: "hash",
    grantId: "grt_1",
    appId: "app_1",
    userId: world.person.userId,
    reach: {
      ...world.reach,
      scopes: ALL_SCOPES,
      grantScopes: narrowed.scopes ?? ALL_SCOPES,
      ...narrowed,
    },
  });
}
