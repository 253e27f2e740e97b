import { z } from "zod";
import { operation } from "../operation.ts";
import { language, languageCode } from "./projects.ts";

export const languageOperations = {
  "languages.add": operation({
    summary: "Add a target language; one that was removed comes back with its values",
    mount: "api",
    method: "POST",
    path: "/v1/projects/:projectId/languages",
    access: { by: "scope", scope: "projects:write" },
    effect: "create",
    input: z.strictObject({
      projectId: z.string(),
      code: languageCode,
      status: z.enum(["active", "draft"]).default("active"),
    }),
    output: language,
  }),
  "languages.update": operation({
    summary: "Activate a language or make it a draft; a draft is not published",
    mount: "api",
    method: "PATCH",
    path: "/v1/projects/:projectId/languages/:code",
    access: { by: "scope", scope: "projects:write" },
    effect: "change",
    input: z.strictObject({
      projectId: z.string(),
      code: languageCode,
      status: z.enum(["active", "draft"]),
    }),
    output: language,
  }),
  "languages.remove": operation({
    summary:
      "Remove a target language; it leaves the next release, and its values wait in case it is added again",
    mount: "api",
    method: "DELETE",
    path: "/v1/projects/:projectId/languages/:code",
    access: { by: "scope", scope: "projects:write" },
    effect: "delete",
    input: z.strictObject({ projectId: z.string(), code: languageCode }),
    output: z.void(),
  }),
  "languages.setSource": operation({
    summary:
      "Make another active language the source; it needs a text for every key that has one in the present source",
    mount: "api",
    method: "PUT",
    path: "/v1/projects/:projectId/source-language",
    access: { by: "scope", scope: "projects:write" },
    effect: "change",
    input: z.strictObject({ projectId: z.string(), code: languageCode }),
    output: z.strictObject({
      sourceLanguage: z.string(),
      outdatedKeys: z
        .number()
        .int()
        .describe("keys whose texts were written for another one than the new source now has"),
    }),
  }),
};
