import { z } from "zod";
import { actor, via } from "../actors.ts";
import { instant, operation, page, paging } from "../operation.ts";

export const auditEntry = z.strictObject({
  id: z.string(),
  at: instant,
  action: z.string(),
  outcome: z.enum(["done", "refused"]),
  actor,
  via: via.nullable().describe("null for what no call of an operation did, such as a consent"),
  appId: z.string().nullable(),
  grantId: z.string().nullable(),
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  requestId: z
    .string()
    .nullable()
    .describe("of the request that did it, as in X-Request-Id and the server's log; null for what none did"),
  address: z.string().nullable().describe("of the client, where the server keeps it (AUDIT_ADDRESSES)"),
});

export const auditOperations = {
  "audit.list": operation({
    summary:
      "What happened in the organization, newest first; with a filter a page may hold less than asked, and more follow",
    rest: { mount: "dashboard", method: "GET", path: "/organizations/:organizationId/audit" },
    names: "organization",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({
      action: z.string().max(60).optional(),
      /** A client_id, which may be the address of a metadata document. */
      appId: z.string().max(500).optional(),
      ...paging,
    }),
    output: page(auditEntry),
  }),
};
