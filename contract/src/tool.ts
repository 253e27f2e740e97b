import { z } from "zod";
import { beyondJsonBounds } from "./json-bounds.ts";
import type { Declaration } from "./operation.ts";
import { OPERATIONS, type OperationName } from "./operations.ts";
import type { Scope } from "./scopes.ts";

/** What a tool has of the operation that it does, so that a call is refused, limited and written down alike on every door. */
const SHARED = ["access", "effect", "names", "ownTransactions", "rateLimit"] as const;
type Shared = Extract<(typeof SHARED)[number], keyof Declaration>;

/** The part of a tool that only `/api/trpc` needs. */
export interface Procedure {
  /** Its name there. */
  readonly name: string;
  /** What clients of this door send, in the words of `input`, where they have words of their own. */
  readonly input?: (fields: Readonly<Record<string, unknown>>) => Record<string, unknown>;
  /** No tool: agents are not offered it. */
  readonly only?: true;
}

/** A declaration in the compact dialect of agents and existing clients: one entry serves `/mcp` and `/api/trpc`. */
export interface Tool<In extends z.ZodType = z.ZodType, Out extends z.ZodType = z.ZodType>
  extends Declaration<In, Out> {
  /** The operation that it does: its name in the audit and in limits. */
  readonly does: OperationName;
  /** For people, in the list of an agent's program. */
  readonly title: string;
  /** For the model: when to use it, what it answers, what comes next. */
  readonly description: string;
  /** Scopes beside that of `access` without which no call of it succeeds. */
  readonly needsAlso?: readonly Scope[];
  /** Undefined for a tool that existing clients do not know. */
  readonly procedure?: Procedure;
  /** What an agent is shown of the answer; all of it unless told. Fields that it does not name are left out. */
  readonly shown?: z.ZodType;
}

type Told = Omit<Tool, Shared | "does" | "summary"> & Partial<Pick<Tool, Shared>>;
type Inherited<Does extends OperationName, Part> = Omit<
  Pick<(typeof OPERATIONS)[Does], Extract<keyof (typeof OPERATIONS)[Does], Shared>>,
  keyof Part
>;

/** A tool that does an operation; it is called by whoever may call that, unless told otherwise. Keeps exact types. */
export function tool<const Does extends OperationName, const Part extends Told>(
  does: Does,
  part: Part,
): Inherited<Does, Part> & Part & { readonly does: Does; readonly summary: string } {
  const operation: Declaration = OPERATIONS[does];
  const shared = Object.fromEntries(
    SHARED.flatMap((name) => (operation[name] === undefined ? [] : [[name, operation[name]]])),
  );
  // The compiler cannot follow names through entries; the types above say the same.
  return { summary: part.title, ...shared, ...part, does } as never;
}

/** An input as agents and existing clients send it: lists and objects may come as JSON text, numbers and flags as text. */
export function lenient<Fields extends z.ZodObject>(fields: Fields) {
  const readers = Object.entries(fields.shape).flatMap(([name, schema]) => {
    const read = readerOf(schema as z.ZodType);
    return read ? [[name, read] as const] : [];
  });
  const decode = (input: unknown) => {
    if (typeof input !== "object" || input === null || Array.isArray(input)) return input ?? {};
    const decoded: Record<string, unknown> = { ...input };
    for (const [name, read] of readers) {
      const sent = decoded[name];
      if (typeof sent === "string") decoded[name] = read(sent);
    }
    return decoded;
  };
  return z.preprocess(decode, fields);
}

function readerOf(schema: z.ZodType): ((text: string) => unknown) | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return readerOf(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodNumber) return (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : text);
  if (schema instanceof z.ZodBoolean) return (text) => ({ true: true, false: false })[text] ?? text;
  if (schema instanceof z.ZodArray || schema instanceof z.ZodObject || schema instanceof z.ZodRecord) {
    return decodeJson;
  }
  // A text or several: only what is a list is taken for one.
  if (schema instanceof z.ZodUnion) return (text) => (text.startsWith("[") ? decodeJson(text) : text);
  return undefined;
}

/** A text as the JSON that it holds. What is no JSON, or too much, stays what it is, and is refused as what it is. */
export function decodeJson(text: string): unknown {
  if (beyondJsonBounds(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
