import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { describeApi } from "../../src/reference/document.ts";

export interface MediaType {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value?: unknown; $ref?: string }>;
}
export interface DocumentedAnswer {
  headers?: Record<string, object>;
  content?: Record<string, MediaType>;
}
export interface DocumentedOperation {
  operationId: string;
  description: string;
  security: Record<string, string[]>[];
  "x-required-scope"?: string;
  parameters: { name: string; in: string; required?: boolean; schema: object; example?: unknown }[];
  requestBody?: { required?: boolean; content: Record<string, MediaType> };
  responses: Record<string, DocumentedAnswer>;
}
export interface ApiDocument {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: {
    schemas: Record<string, object>;
    examples: Record<string, { value: unknown }>;
    securitySchemes: Record<string, { flows?: { authorizationCode: { scopes: Record<string, string> } } }>;
  };
}

/** The document as a client reads it, with its operations by name and a validator that others wrote. */
export function openDocument(address = "https://translate.example.com") {
  const made = describeApi({ PUBLIC_URL: address, API_URL: address });
  const document: ApiDocument = JSON.parse(JSON.stringify(made));
  const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
  formats.default(ajv);
  ajv.addVocabulary(["components"]);
  const operations = new Map(
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => method !== "servers")
        .map(([method, operation]) => [operation.operationId, { path, method, ...operation }] as const),
    ),
  );
  return {
    document,
    operations,
    /** What is wrong with a value by a schema of the document; empty when nothing is. */
    faults(schema: object, value: unknown): string[] {
      const { schemas } = document.components;
      const validate = ajv.compile({ ...schema, components: { schemas } });
      return validate(value)
        ? []
        : (validate.errors ?? []).map((one) => `${one.instancePath} ${one.message}`);
    },
  };
}
