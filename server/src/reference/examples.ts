import { VALUES } from "./example-values.ts";
import { type JsonSchema, SCHEMAS_AT } from "./schemas.ts";

/** Where a value stands in an example: the noun it tells of, and the field. */
interface Place {
  readonly noun: string;
  readonly field: string;
}

/** Makes examples from schemas, the same at every start: what `VALUES` says of a field, else the least that is valid. */
export class Examples {
  readonly #named: Readonly<Record<string, JsonSchema>>;

  /** `named` are the schemas that others refer to. */
  constructor(named: Readonly<Record<string, JsonSchema>>) {
    this.#named = named;
  }

  /** An example of a whole answer or body; `noun` is what it tells of, such as `keys`. */
  of(schema: JsonSchema, noun: string): unknown {
    return this.#make(schema, { noun: singular(noun), field: "" });
  }

  /** An example of one field. */
  ofField(schema: JsonSchema, noun: string, field: string): unknown {
    return this.#make(schema, { noun: singular(noun), field });
  }

  #make(schema: JsonSchema, at: Place): unknown {
    const { noun, field } = at;
    for (const name of [`${noun}.${field}`, field]) {
      if (Object.hasOwn(VALUES, name) && this.#takes(schema, VALUES[name])) return VALUES[name];
    }
    if (schema.$ref) return this.#make(this.#behind(schema), { noun: nounOf(schema), field: "" });
    if ("const" in schema) return schema.const;
    if ("default" in schema) return schema.default;
    if (schema.enum) return (schema.enum as unknown[])[0];
    const branches = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
    if (branches) return this.#make(branches.find(({ type }) => type !== "null") ?? {}, at);
    return this.#ofType(schema, at);
  }

  #ofType(schema: JsonSchema, { noun, field }: Place): unknown {
    switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
      case "object": {
        const fields = (schema.properties ?? {}) as Record<string, JsonSchema>;
        const inside = field === "" || field === "items" ? noun : singular(field);
        const names = (schema.required ?? []) as string[];
        return Object.fromEntries(
          names.map((name) => [name, this.#make(fields[name] ?? {}, { noun: inside, field: name })]),
        );
      }
      case "array":
        return [
          this.#make((schema.items ?? {}) as JsonSchema, {
            noun,
            field: field === "items" ? "" : singular(field),
          }),
        ];
      case "integer":
      case "number":
        return Math.max(Number(schema.minimum ?? 1), 1);
      case "boolean":
        return true;
      case "null":
        return null;
      default:
        return schema.format === "date-time" ? VALUES.createdAt : singular(field || noun);
    }
  }

  /** Whether a value is valid, as far as the keywords go that schemas of the contract use; tests ask a whole validator. */
  #takes(schema: JsonSchema, value: unknown): boolean {
    if (schema.$ref) return this.#takes(this.#behind(schema), value);
    if ("const" in schema) return schema.const === value;
    if (schema.enum) return (schema.enum as unknown[]).includes(value);
    const branches = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
    if (branches) return branches.some((branch) => this.#takes(branch, value));
    if (Array.isArray(value)) return this.#takesList(schema, value);
    if (value === null) return isOf(schema, "null");
    if (typeof value === "string") return takesText(schema, value);
    if (typeof value === "boolean") return isOf(schema, "boolean");
    return typeof value === "number" && takesNumber(schema, value);
  }

  #takesList(schema: JsonSchema, list: readonly unknown[]): boolean {
    const { items = {}, minItems = 0 } = schema;
    if (!isOf(schema, "array") || list.length < Number(minItems)) return false;
    return list.every((item) => this.#takes(items as JsonSchema, item));
  }

  #behind({ $ref }: JsonSchema): JsonSchema {
    return this.#named[String($ref).slice(SCHEMAS_AT.length)] ?? {};
  }
}

function takesText(schema: JsonSchema, text: string): boolean {
  const { format, pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (!isOf(schema, "string") || text.length < Number(minLength) || text.length > Number(maxLength))
    return false;
  if (format === "date-time") return /^\d{4}-\d\d-\d\dT/.test(text);
  if (format === "uri") return URL.canParse(text);
  return pattern === undefined || new RegExp(String(pattern), "u").test(text);
}

function takesNumber(schema: JsonSchema, number: number): boolean {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = schema;
  const isOfType = isOf(schema, "number") || (isOf(schema, "integer") && Number.isInteger(number));
  return isOfType && number >= Number(minimum) && number <= Number(maximum);
}

/** `type` is one name or a list of them. */
function isOf({ type }: JsonSchema, name: string): boolean {
  return type === name || (Array.isArray(type) && type.includes(name));
}

/** `Key` behind a reference tells of a key. */
function nounOf({ $ref }: JsonSchema): string {
  const name = String($ref).slice(SCHEMAS_AT.length);
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function singular(noun: string): string {
  return noun.replace(/([^aeiou])ies$/, "$1y").replace(/([^s])s$/, "$1");
}
