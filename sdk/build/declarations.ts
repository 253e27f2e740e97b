import { bytesAnswer, type Operation } from "@parlance/contract/operation";
import { z } from "zod";
import { comment, isSchema, type JsonSchema, typeOf } from "./type-of.ts";

/** Names of the path that are no fields of an input; a call has them beside those. */
const PARAMETER = /:(\w+)/g;

/**
 * The declarations that the package has in place of `src/contract.ts`: the same types, written out, so that nothing of a
 * partner's program needs the library that the contract's schemas are made with.
 */
export function declarations(
  operations: Record<string, Operation>,
  unions: Record<string, { about: string; members: readonly string[] }>,
): string {
  const named = Object.entries(unions).map(([name, { about, members }]) => {
    const texts = members.map((member) => JSON.stringify(member));
    return `${comment(about, "")}export type ${name} = ${texts.join(" | ")};\n`;
  });
  const entries = Object.entries(operations).map(
    ([name, operation]) =>
      `${comment(operation.summary, "  ")}  ${JSON.stringify(name)}: { input: ${inputOf(operation)}; output: ${outputOf(operation)} };\n`,
  );
  return [
    ...named,
    "/** By operation: what a call sends, and what it is answered. */\n",
    `export interface Operations {\n${entries.join("")}}\n`,
    FILE_CONTENT,
  ].join("");
}

/** Mirrors the interface in `src/contract.ts`, which the package's test compares. */
const FILE_CONTENT = `/** A file, or a part of one, to send. */
export interface FileContent {
  content: Blob | Uint8Array<ArrayBuffer> | string;
  /** Defaults to \`application/octet-stream\`. */
  contentType?: string;
}
`;

function inputOf({ input, rest }: Operation): string {
  const schema = z.toJSONSchema(input, { io: "input" }) as JsonSchema;
  const fields = new Set(Object.keys(isSchema(schema.properties) ? schema.properties : {}));
  const named = [...rest.path.matchAll(PARAMETER)]
    .map(([, name]) => name as string)
    .filter((name) => !fields.has(name));
  const parts = [
    ...(fields.size > 0 ? [typeOf(schema)] : []),
    ...(named.length > 0 ? [`{ ${named.map((name) => `${name}: string`).join("; ")} }`] : []),
    ...(rest.bytes ? ["FileContent"] : []),
  ];
  return parts.join(" & ") || "{}";
}

function outputOf({ output }: Operation): string {
  if (output === bytesAnswer) return "Response";
  if (output instanceof z.ZodVoid) return "void";
  return typeOf(z.toJSONSchema(output, { io: "output" }) as JsonSchema);
}
