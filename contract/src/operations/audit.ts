import { z } from "zod";
import { instant, operation, page, paging } from "../operation.ts";

export const auditEntry = z.strictObject({
  id: z.string(),
  at: instant,
  action: z.string(),
  outcome: z.enum(["done", "refused"]),
  actor: z.strictObject({
    type: z.enum(["user", "app", "anyone", "system"]),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  appId: z.string().nullable(),
  grantId: z.string().nullable(),
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});

export const auditOperations = {
  "audit.list": operation({
    summary: "What happened in the organization, newest first",
    mount: "dashboard",
    method: "GET",
    path: "/organizations/:organizationId/audit",
    access: { by: "role", role: "admin" },
    effect: "read",
    input: z.strictObject({
      organizationId: z.string(),
      action: z.string().max(60).optional(),
      appId: z.string().max(60).optional(),
      ...paging,
    }),
    output: page(auditEntry),
  }),
};
