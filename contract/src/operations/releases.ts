import { z } from "zod";
import { instant, operation, page, paging } from "../operation.ts";

export const release = z.strictObject({
  id: z.string(),
  number: z.number().int(),
  message: z.string().nullable(),
  createdAt: instant,
  /** Values in the release, and files whose content differs from the release before. */
  valueCount: z.number().int(),
  changedFiles: z.number().int(),
  channels: z.array(z.string()).describe("the channels that point at it now"),
});

export const releaseOperations = {
  "releases.create": operation({
    summary:
      "Publish all pending changes to the production channel; with none, the answer is the current release",
    mount: "api",
    method: "POST",
    path: "/v1/projects/:projectId/releases",
    access: { by: "scope", scope: "translations:publish" },
    effect: "create",
    ownTransactions: true,
    input: z.strictObject({ projectId: z.string(), message: z.string().max(500).optional() }),
    output: release,
  }),
  "releases.list": operation({
    summary: "The project's releases, newest first",
    mount: "api",
    method: "GET",
    path: "/v1/projects/:projectId/releases",
    access: { by: "scope", scope: "translations:read" },
    effect: "read",
    input: z.strictObject({ projectId: z.string(), ...paging }),
    output: page(release),
  }),
};
