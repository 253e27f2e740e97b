import { z } from "zod";
import { operation } from "../operation.ts";
import { language, languageCode } from "./projects.ts";

export const languageOperations = {
  "languages.add": operation({
    summary: "Add a target language; one that was removed comes back with its values",
    rest: { mount: "api", method: "POST", path: "/v1/projects/:projectId/languages" },
    names: "project",
    access: { by: "scope", scope: "projects:write" },
    effect: "create",
    input: z.strictObject({
      code: languageCode,
      status: z.enum(["active", "draft"]).default("active"),
    }),
    output: language,
  }),
  "languages.update": operation({
    summary: "Activate a language or make it a draft; a draft is not published",
    rest: { mount: "api", method: "PATCH", path: "/v1/projects/:projectId/languages/:code" },
    names: "project",
    access: { by: "scope", scope: "projects:write" },
    target: "code",
    effect: "change",
    input: z.strictObject({
      code: languageCode,
      status: z.enum(["active", "draft"]),
    }),
    output: language,
  }),
  "languages.remove": operation({
    summary:
      "Remove a target language; it leaves the next release, and its values wait in case it is added again",
    rest: { mount: "api", method: "DELETE", path: "/v1/projects/:projectId/languages/:code" },
    names: "project",
    access: { by: "scope", scope: "projects:write" },
    target: "code",
    effect: "delete",
    input: z.strictObject({ code: languageCode }),
    output: z.void(),
  }),
  "languages.setSource": operation({
    summary:
      "Make another active language the source; it needs a text for every key that has one in the present source",
    rest: { mount: "api", method: "PUT", path: "/v1/projects/:projectId/source-language" },
    names: "project",
    access: { by: "scope", scope: "projects:write" },
    effect: "change",
    input: z.strictObject({ code: languageCode }),
    output: z.strictObject({
      sourceLanguage: z.string(),
      outdatedKeys: z
        .number()
        .int()
        .describe("keys whose texts were written for another one than the new source now has"),
    }),
  }),
};
