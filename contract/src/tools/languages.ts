import { z } from "zod";
import { decodeJson, lenient, tool } from "../tool.ts";

const MOST_LANGUAGES = 50;
const code = z.string().min(2).max(35).describe("BCP 47, such as de or pt-BR");
const status = z.enum(["active", "draft"]);
const target = z.string().describe("organization/project");

const added = {
  success: z.boolean(),
  added: z.number().int(),
  skipped: z.number().int(),
  results: z.array(z.object({ languageCode: z.string(), status, added: z.boolean() })),
  project: target,
  skippedAsSource: z.array(z.string()).optional(),
  warnings: z.array(z.string()).optional(),
  hint: z.string().optional(),
};

const edited = {
  success: z.boolean(),
  results: z.array(
    z.object({
      languageCode: z.string(),
      previousStatus: status,
      newStatus: z.enum(["active", "draft", "archived"]),
      changed: z.boolean(),
    }),
  ),
  notFound: z.array(z.string()),
  project: target,
  hint: z.string().optional(),
};

export const languageTools = {
  proposeLanguages: tool("languages.add", {
    title: "Add languages",
    description:
      "Adds target languages to a project. active is published from the next release on, draft is not. A language that is there already is skipped.",
    procedure: { name: "mcp.addLanguages" },
    input: lenient(
      z.object({
        languages: z
          .array(z.object({ languageCode: code, status: status.default("active") }))
          .min(1)
          .max(MOST_LANGUAGES),
      }),
    ),
    output: z.object(added),
  }),
  proposeLanguageEdits: tool("languages.update", {
    title: "Change languages",
    description:
      "Changes target languages: active (published), draft (not published) or archived (gone from the project and its next release; its texts wait in case it is added again).",
    procedure: { name: "mcp.updateLanguages", input: asEdits },
    input: lenient(
      z.object({
        edits: z
          .array(z.object({ languageCode: code, newStatus: z.enum(["active", "draft", "archived"]) }))
          .min(1)
          .max(MOST_LANGUAGES),
      }),
    ),
    output: z.object(edited),
  }),
  deleteLanguages: tool("languages.remove", {
    title: "Archive languages",
    description: "Takes target languages out of a project and its next release; their texts are kept.",
    procedure: { name: "mcp.deleteLanguages", only: true },
    input: lenient(z.object({ languageCodes: z.array(code).min(1).max(MOST_LANGUAGES) })),
    output: z.object({
      success: z.boolean(),
      archived: z.array(z.string()),
      alreadyArchived: z.array(z.string()),
      notFound: z.array(z.string()),
    }),
  }),
};

/** `updates` for `edits`, and `status` for `newStatus`, as existing clients of the procedure say. */
function asEdits({ updates, ...fields }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const items = typeof updates === "string" ? decodeJson(updates) : updates;
  if (!Array.isArray(items)) return updates === undefined ? fields : { ...fields, edits: items };
  const edits = items.map((item) => {
    if (typeof item !== "object" || item === null || !("status" in item)) return item;
    const { status: newStatus, ...rest } = item;
    return { newStatus, ...rest };
  });
  return { ...fields, edits };
}
