import type { z } from "zod";
import type { Tool } from "./tool.ts";
import { findTextTools } from "./tools/find-texts.ts";
import { languageTools } from "./tools/languages.ts";
import { projectTools } from "./tools/projects.ts";
import { translationContextTools } from "./tools/translation-context.ts";
import { trashTools } from "./tools/trash.ts";
import { writeTextTools } from "./tools/write-texts.ts";

/** Every tool by name, in the order in which agents are shown them. A new noun is one file in `tools/` and one line here. */
export const TOOLS = {
  ...projectTools,
  ...languageTools,
  ...findTextTools,
  ...writeTextTools,
  ...translationContextTools,
  ...trashTools,
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;
/** What a handler receives: the parsed input with its defaults. */
export type ToolInput<Name extends ToolName> = z.output<(typeof TOOLS)[Name]["input"]>;
/** What a handler returns. */
export type ToolOutput<Name extends ToolName> = z.output<(typeof TOOLS)[Name]["output"]>;
