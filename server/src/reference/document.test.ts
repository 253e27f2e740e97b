import { ERRORS, type ErrorCode } from "@parlance/contract/errors";
import type { Operation } from "@parlance/contract/operation";
import { OPERATIONS, type OperationName } from "@parlance/contract/operations";
import { ALL_SCOPES, SCOPES } from "@parlance/contract/scopes";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { type DocumentedOperation, openDocument } from "../../test/support/api-document.ts";
import { describeApi } from "./document.ts";
import { refusalsOf } from "./refusals.ts";

const { document, operations, faults } = openDocument();
const partner = (Object.entries(OPERATIONS) as [OperationName, Operation][]).filter(
  ([, { rest }]) => rest.mount === "api",
);

/** The examples of a documented operation, each with its schema. */
function examplesOf({ parameters, requestBody, responses }: DocumentedOperation) {
  const bodies = [requestBody, ...Object.values(responses)];
  const contents = bodies.flatMap((body) => Object.values(body?.content ?? {}));
  return [
    ...parameters.filter(({ example }) => example !== undefined),
    ...contents.flatMap(({ schema, example, examples = {} }) => [
      ...(schema && example !== undefined ? [{ schema, example }] : []),
      ...Object.values(examples).map(({ value, $ref }) => ({
        schema: schema as object,
        example: $ref ? document.components.examples[$ref.split("/").at(-1) as string]?.value : value,
      })),
    ]),
  ];
}

describe("the document", () => {
  test("is valid OpenAPI 3.1, by a validator that others wrote", async () => {
    const result = await new Validator().validate({ ...structuredClone(document) });
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  test("has every operation of the partner API and none of the dashboard's own", () => {
    const names = [...operations.keys()].filter((name) => Object.hasOwn(OPERATIONS, name));
    expect(names.sort()).toEqual(partner.map(([name]) => name).sort());
    expect(Object.keys(document.paths).filter((path) => path.startsWith("/api/dashboard"))).toEqual([]);
  });

  test("refers to nothing that is not there", () => {
    const text = JSON.stringify(document);
    for (const [, kind, name] of text.matchAll(/"#\/components\/(\w+)\/([^"]+)"/g)) {
      expect(document.components).toHaveProperty([kind as string, name as string]);
    }
  });

  test("offers every scope with the sentence of the consent page", () => {
    const { scopes } = document.components.securitySchemes.oauth?.flows?.authorizationCode ?? {};
    expect(scopes).toEqual(Object.fromEntries(ALL_SCOPES.map((scope) => [scope, SCOPES[scope].sentence])));
  });

  test("says where this server is", () => {
    const made = JSON.stringify(describeApi({ PUBLIC_URL: "https://one.test", API_URL: "https://two.test" }));
    expect(JSON.parse(made).servers).toEqual([{ url: "https://two.test" }]);
    expect(JSON.parse(made).paths["/api/auth/mcp/token"].servers).toEqual([{ url: "https://one.test" }]);
  });

  test("is made fast enough for whoever asks first", () => {
    const started = performance.now();
    describeApi({ PUBLIC_URL: "https://one.test", API_URL: "https://one.test" });
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe.each(partner)("%s", (name, operation) => {
  const found = operations.get(name) as DocumentedOperation & { path: string };

  test("says which scope it needs, and which credentials it takes", () => {
    const { access } = operation;
    expect(found["x-required-scope"]).toBe(access.by === "scope" ? access.scope : undefined);
    if (access.by === "anyone") expect(found.security).toEqual([]);
    else expect(found.security.length).toBeGreaterThan(0);
    if (access.by !== "scope") return;
    expect(found.description).toContain(access.scope);
    expect(found.security.flatMap((one) => Object.values(one))).toContainEqual([access.scope]);
  });

  test("names every parameter of its path, and no field twice", () => {
    const inPath = [...found.path.matchAll(/\{(\w+)\}/g)].map(([, one]) => one);
    expect(found.parameters.filter((one) => one.in === "path").map((one) => one.name)).toEqual(inPath);
    const names = found.parameters.map((one) => `${one.in} ${one.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test("lists the codes that it can refuse with, each at its status and with an example", () => {
    const shown = Object.entries(found.responses).flatMap(([status, { content }]) =>
      Object.keys(content?.["application/json"]?.examples ?? {}).map((code) => [code, Number(status)]),
    );
    const expected = refusalsOf(operation).map((code: ErrorCode) => [code, ERRORS[code].status]);
    expect(shown.sort()).toEqual(expected.sort());
  });

  test("has an example of what it answers, and every example is valid", () => {
    const success = Object.entries(found.responses).filter(([status]) => status.startsWith("2"));
    expect(success).toHaveLength(1);
    for (const { schema, example } of examplesOf(found)) expect(faults(schema, example)).toEqual([]);
    const [status, answer] = success[0] as (typeof success)[number];
    const contents = Object.values(answer.content ?? {});
    expect(contents.length === 0).toBe(status === "204");
    for (const { example } of contents) expect(example).toBeDefined();
  });

  test("takes the request that it shows", () => {
    const fields = Object.keys((operation.input as z.ZodObject).shape);
    const params = found.parameters
      .filter((one) => fields.includes(one.name) && one.example !== undefined)
      .map((one) => [one.name, String(one.example)]);
    const body = found.requestBody?.content["application/json"];
    const json = operation.rest.bytes ? {} : (body?.example as object | undefined);
    expect(operation.input.safeParse({ ...json, ...Object.fromEntries(params) }).error).toBeUndefined();
  });
});

test.each(["oauth.token", "oauth.revoke"])("%s has only valid examples", (name) => {
  const found = operations.get(name) as DocumentedOperation;
  for (const { schema, example } of examplesOf({ ...found, parameters: [] })) {
    expect(faults(schema, example)).toEqual([]);
  }
});
