import type { z } from "zod";
import type { Tool } from "./tool.ts";
import { changeTools } from "./tools/changes.ts";
import { findTextTools } from "./tools/find-texts.ts";
import { importTools } from "./tools/imports.ts";
import { languageTools } from "./tools/languages.ts";
import { pendingTools, planTools } from "./tools/pending.ts";
import { projectTools } from "./tools/projects.ts";
import { publishTools, releaseTools } from "./tools/releases.ts";
import { syncTools } from "./tools/syncs.ts";
import { translationContextTools } from "./tools/translation-context.ts";
import { trashTools } from "./tools/trash.ts";
import { writeTextTools } from "./tools/write-texts.ts";

/** Every tool by name, in the order in which agents are shown them. A new noun is one file in `tools/` and one line here. */
export const TOOLS = {
  ...projectTools,
  ...languageTools,
  ...findTextTools,
  ...writeTextTools,
  ...pendingTools,
  ...publishTools,
  ...syncTools,
  ...translationContextTools,
  ...planTools,
  ...releaseTools,
  ...changeTools,
  ...trashTools,
  ...importTools,
} satisfies Record<string, Tool>;

export type ToolName = keyof typeof TOOLS;
/** What a handler receives: the parsed input with its defaults. */
export type ToolInput<Name extends ToolName> = z.output<(typeof TOOLS)[Name]["input"]>;
/** What a handler returns. */
export type ToolOutput<Name extends ToolName> = z.output<(typeof TOOLS)[Name]["output"]>;
