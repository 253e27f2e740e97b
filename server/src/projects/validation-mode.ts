import type { Output } from "@parlance/contract/operations";
import type { ProjectTable } from "../database/schema.ts";

export type ValidationMode = Output<"projects.get">["validationMode"];

/** What becomes of a text that breaks the rules of messages, for each way in. */
export function validationModeOf({ validationMode }: ProjectTable): ValidationMode {
  return JSON.parse(validationMode);
}
