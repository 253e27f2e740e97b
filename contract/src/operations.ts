import type { z } from "zod";
import type { NameParameter, Operation } from "./operation.ts";
import { apiKeyOperations } from "./operations/api-keys.ts";
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
  ...apiKeyOperations,
  ...auditOperations,
  ...sessionOperations,
} satisfies Record<string, Operation>;

export type OperationName = keyof typeof OPERATIONS;
/** What a handler receives: the parsed input with its defaults. */
export type Input<Name extends OperationName> = z.output<(typeof OPERATIONS)[Name]["input"]>;
/** What a handler returns and a client receives. */
export type Output<Name extends OperationName> = z.output<(typeof OPERATIONS)[Name]["output"]>;
/** What a client sends: the input and what the path names. */
export type Request<Name extends OperationName> = FieldsOf<z.input<(typeof OPERATIONS)[Name]["input"]>> &
  NamesOf<Name>;
/** Organization and project as the path of an operation names them. */
export type NamesOf<Name extends OperationName> = {
  readonly [Parameter in NamesIn<(typeof OPERATIONS)[Name]["rest"]["path"]>]: string;
};

/** The fields of an input; `unknown` for one without fields, so that it adds nothing to what the path names. */
type FieldsOf<Fields> = string extends keyof Fields ? unknown : Fields;

type NamesIn<Path extends string> = Path extends `${string}:${infer Parameter}/${infer Rest}`
  ? Extract<Parameter, NameParameter> | NamesIn<`/${Rest}`>
  : Path extends `${string}:${infer Parameter}`
    ? Extract<Parameter, NameParameter>
    : never;
