import { z } from "zod";
import { operation, page, paging } from "../operation.ts";
import { namespaceName } from "./keys.ts";

const namespace = z.strictObject({
  name: z.string(),
  keyCount: z.number().int(),
  description: z.string().nullable(),
  team: z.string().nullable(),
  domain: z.string().nullable(),
  aiPrompt: z.string().nullable(),
  tags: z.array(z.string()),
});

const line = z.string().max(120).nullable().optional();
const prose = z.string().max(2000).nullable().optional();

export const namespaceOperations = {
  "namespaces.list": operation({
    summary: "The project's namespaces, also those whose last key went",
    rest: { mount: "api", method: "GET", path: "/v1/projects/:projectId/namespaces" },
    names: "project",
    access: { by: "scope", scope: "keys:read" },
    effect: "read",
    input: z.strictObject({ ...paging }),
    output: page(namespace),
  }),
  "namespaces.update": operation({
    summary:
      "Describe or rename a namespace; a new name moves its keys, and their published files with the next release",
    rest: { mount: "api", method: "PATCH", path: "/v1/projects/:projectId/namespaces/:namespace" },
    names: "project",
    access: { by: "scope", scope: "keys:write" },
    target: "namespace",
    effect: "change",
    input: z.strictObject({
      namespace: namespaceName,
      message: z.string().max(500).optional().describe("why, for the changeset"),
      name: namespaceName.optional().describe("a name that is free; the default namespace keeps its own"),
      description: prose,
      team: line,
      domain: line,
      aiPrompt: prose,
      tags: z.array(z.string().min(1).max(60)).max(20).optional(),
    }),
    output: namespace.extend({
      changesetId: z.string().nullable().describe("of the keys that moved; null when none did"),
    }),
  }),
  "namespaces.delete": operation({
    summary: "Forget a namespace that has no keys; those of the trash bring it back when they are restored",
    rest: { mount: "api", method: "DELETE", path: "/v1/projects/:projectId/namespaces/:namespace" },
    names: "project",
    access: { by: "scope", scope: "keys:write" },
    target: "namespace",
    effect: "delete",
    input: z.strictObject({ namespace: namespaceName }),
    output: z.void(),
  }),
};
