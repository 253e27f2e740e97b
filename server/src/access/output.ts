import { isDeepStrictEqual } from "node:util";
import { bytesAnswer, type Declaration } from "@parlance/contract/operation";
import type { Config } from "../platform/config.ts";

/**
 * Holds an answer to what is declared, to the last field, in development and in tests, so that it need not be held to it at
 * every call in production. Throws what a handler answered wrongly: a mistake of ours.
 */
export function checkOutput(
  { NODE_ENV }: Pick<Config, "NODE_ENV">,
  { output: schema }: Pick<Declaration, "output">,
  output: unknown,
): void {
  if (NODE_ENV === "production" || schema === bytesAnswer) return;
  const declared = schema.parse(output);
  if (isDeepStrictEqual(onWire(declared), onWire(output))) return;
  throw new Error("The answer has fields that are not declared.");
}

function onWire(output: unknown): unknown {
  return output === undefined ? undefined : JSON.parse(JSON.stringify(output));
}
