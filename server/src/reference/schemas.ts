import { actor } from "@parlance/contract/actors";
import { errorBody, fieldError } from "@parlance/contract/error-body";
import { warning } from "@parlance/contract/operation";
import { change, changeset } from "@parlance/contract/operations/changes";
import { importJob, importProblem } from "@parlance/contract/operations/imports";
import { grant } from "@parlance/contract/operations/installations";
import { key, value } from "@parlance/contract/operations/keys";
import { language, organization, project } from "@parlance/contract/operations/projects";
import { change as publishedChange, release } from "@parlance/contract/operations/releases";
import { z } from "zod";

/** JSON Schema as it stands in the document (OpenAPI 3.1, "Schema Object": draft 2020-12). */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/** What answers share, by its name in the document; programs that make code from it name their types so. */
const NAMES = new Map<z.core.$ZodType, string>([
  [actor, "Actor"],
  [change, "Change"],
  [changeset, "Changeset"],
  [errorBody, "Error"],
  [fieldError, "FieldError"],
  [grant, "Grant"],
  [importJob, "Import"],
  [importProblem, "ImportProblem"],
  [key, "Key"],
  [language, "Language"],
  [organization, "Organization"],
  [project, "Project"],
  [publishedChange, "PublishedChange"],
  [release, "Release"],
  [value, "Value"],
  [warning, "Warning"],
]);

export const SCHEMAS_AT = "#/components/schemas/";

/** Turns schemas of the contract into those of the document, and collects what has a name. */
export class Schemas {
  /** By name: the document's `components.schemas`. */
  readonly named: Record<string, JsonSchema> = {};

  /** The schema of what is sent: before defaults are filled in. */
  sent(schema: z.ZodType): JsonSchema {
    return withoutDialect(z.toJSONSchema(schema, { io: "input" }));
  }

  /** The schema of what is answered, with references to what has a name. */
  answered(schema: z.ZodType): JsonSchema {
    return withoutDialect(
      z.toJSONSchema(schema, {
        io: "output",
        override: ({ zodSchema, jsonSchema }) => {
          const name = NAMES.get(zodSchema);
          if (name === undefined) return;
          this.named[name] ??= { ...jsonSchema };
          for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword as "type"];
          jsonSchema.$ref = SCHEMAS_AT + name;
        },
      }),
    );
  }
}

function withoutDialect({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
