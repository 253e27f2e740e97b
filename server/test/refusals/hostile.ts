import fc from "fast-check";
import { z } from "zod";

/** Texts that have broken servers: other encodings, other directions, other meanings. */
const HOSTILE_TEXTS = [
  "",
  " ",
  "\u202etxet desrever",
  "\u2066isolated\u2069",
  "\ufeffmarked",
  "\ufffd",
  "line\r\nX-Injected: 1",
  "\u0007\u001b[31m",
  "__proto__",
  "constructor",
  "toString",
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "'; drop table users; --",
  "%00",
  "%ff%fe",
  "../../etc/passwd",
  "..%2f..%2f",
  "{{7*7}}#{7*7}",
  "1e309",
  "-0",
  "NaN",
  "null",
  "00000000-0000-4000-8000-000000000000",
  "n".repeat(10_240),
  "\u{1f600}".repeat(3000),
  "e\u0301".repeat(200),
] as const;

/** Texts that JSON can hold and a database cannot. */
const UNSTORABLE_TEXTS = ["\u0000", "before\u0000after", "\ud800", "half \udfff a character"] as const;

const HOSTILE_VALUES = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e308,
  -1e308,
  [],
  {},
  [[]],
  [null],
  JSON.parse('{"__proto__":{"admin":true}}'),
  JSON.parse('{"constructor":{"prototype":{"admin":true}}}'),
  nested(2000),
] as const;

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.constantFrom(...UNSTORABLE_TEXTS),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    maxLength: 20,
  }),
);

export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(...HOSTILE_VALUES),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What the schema allows, with something else in its place now and then. */
export function nearlyValid(schema: z.ZodType): fc.Arbitrary<Record<string, unknown>> {
  const described = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  const fields = valid(described) as fc.Arbitrary<Record<string, unknown>>;
  const strange = fc.dictionary(
    fc.constantFrom("__proto__", "constructor", "limit", "cursor", "x"),
    hostileValue,
    {
      maxKeys: 2,
    },
  );
  return fc.oneof(
    { weight: 6, arbitrary: fields },
    { weight: 1, arbitrary: fc.tuple(fields, strange).map(([some, more]) => ({ ...some, ...more })) },
  );
}

interface JsonSchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
  items?: JsonSchema;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
}

const LONGEST_TEXT = 60;
const MOST_ITEMS = 4;

function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: valid(schema) }, { weight: 1, arbitrary: hostileValue });
}

function valid(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valid));
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  switch (schema.type) {
    case "object":
      return schema.properties ? objectOf(schema) : dictionaryOf(schema);
    case "array":
      return fc.array(arbitraryOf(schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: MOST_ITEMS,
      });
    case "string":
      return textOf(schema);
    case "integer":
      return fc.integer(bounds(schema));
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return hostileValue;
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field)]);
  return fc.record(Object.fromEntries(fields), { requiredKeys: required as never[] });
}

function dictionaryOf({ additionalProperties }: JsonSchema): fc.Arbitrary<unknown> {
  const value = typeof additionalProperties === "object" ? arbitraryOf(additionalProperties) : hostileValue;
  return fc.dictionary(fc.oneof(fc.constantFrom("en", "de", "pt-BR"), hostileText), value, { maxKeys: 3 });
}

function textOf({ format, minLength = 0, maxLength = LONGEST_TEXT }: JsonSchema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid({ version: 4 });
  if (format === "email") return fc.emailAddress();
  if (format === "uri") return fc.webUrl();
  const most = Math.max(minLength, Math.min(maxLength, LONGEST_TEXT));
  return fc.oneof(
    fc.stringMatching(/^[a-z0-9]{2,12}$/),
    fc.constantFrom("en", "de", "greeting", "default"),
    fc.string({ minLength, maxLength: most, unit: "grapheme" }),
    // Often enough to stand alone in an input that is right otherwise.
    hostileText,
  );
}

function bounds({ minimum, maximum }: JsonSchema) {
  return { min: Math.max(minimum ?? -(2 ** 31), -(2 ** 31)), max: Math.min(maximum ?? 2 ** 31, 2 ** 31 - 1) };
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let left = depth; left > 0; left--) value = [value];
  return value;
}
