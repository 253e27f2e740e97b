import type { z } from "zod";
import type { Operation } from "./operation.ts";
import { appOperations } from "./operations/apps.ts";
import { auditOperations } from "./operations/audit.ts";
import { changeOperations } from "./operations/changes.ts";
import { connectionOperations } from "./operations/connections.ts";
import { importOperations } from "./operations/imports.ts";
import { installationOperations } from "./operations/installations.ts";
import { keyOperations } from "./operations/keys.ts";
import { languageOperations } from "./operations/languages.ts";
import { namespaceOperations } from "./operations/namespaces.ts";
import { organizationOperations } from "./operations/organizations.ts";
import { projectOperations } from "./operations/projects.ts";
import { releaseOperations } from "./operations/releases.ts";
import { sessionOperations } from "./operations/sessions.ts";

/** Every operation of the REST dialect by name. A new noun is one file in `operations/` and one line here. */
export const OPERATIONS = {
  ...projectOperations,
  ...languageOperations,
  ...namespaceOperations,
  ...keyOperations,
  ...changeOperations,
  ...releaseOperations,
  ...importOperations,
  ...installationOperations,
  ...organizationOperations,
  ...connectionOperations,
  ...appOperations,
  ...auditOperations,
  ...sessionOperations,
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
/** What a handler is given: parsed, defaults applied. */
export type Input<Name extends OperationName> = z.output<(typeof OPERATIONS)[Name]["input"]>;
/** What a handler returns and a client receives. */
export type Output<Name extends OperationName> = z.output<(typeof OPERATIONS)[Name]["output"]>;
/** What a client sends. */
export type Request<Name extends OperationName> = z.input<(typeof OPERATIONS)[Name]["input"]>;
