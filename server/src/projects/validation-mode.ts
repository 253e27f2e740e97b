import type { Output } from "@parlance/contract/operations";
import type { ProjectTable } from "../database/schema.ts";

export type ValidationMode = Output<"projects.get">["validationMode"];

/** For each way in: what becomes of a text that breaks the rules of messages. */
export function validationModeOf({ validationMode }: ProjectTable): ValidationMode {
  return JSON.parse(validationMode);
}
