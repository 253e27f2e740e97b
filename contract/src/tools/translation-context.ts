import { z } from "zod";
import { languageCode } from "../operations/projects.ts";
import { lenient, tool } from "../tool.ts";

export const translationContextTools = {
  getTranslationContext: tool("projects.get", {
    title: "Context for translating",
    description:
      "What a translator should know before writing: source language (src), target languages (tgt), instructions (inst), tone (ctx) and terms (gl). hint says what this project does not have.",
    procedure: { name: "mcp.getTranslationContext" },
    input: lenient(
      z.object({
        keys: z.array(z.uuid().toLowerCase()).max(50).optional(),
        languages: z.array(languageCode).max(100).optional(),
      }),
    ),
    output: z.object({
      prj: z.string(),
      src: z.string(),
      tgt: z.array(z.string()),
      inst: z.null(),
      ctx: z.null(),
      gl: z.array(z.never()).describe("no glossary is kept yet"),
      glt: z.number().int(),
      hint: z.string().optional(),
    }),
  }),
};
