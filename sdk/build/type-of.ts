/** What `z.toJSONSchema` answers (draft 2020-12), read field by field. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The TypeScript type of a schema. Throws for one that the contract has not had so far, rather than guess. */
export function typeOf(schema: JsonSchema, indent = ""): string {
  const { anyOf, const: constant, enum: values, type } = schema;
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(anyOf)) return [...new Set(anyOf.map((each) => typeOf(each, indent)))].join(" | ");
  if (Array.isArray(type)) return type.map((each) => typeOf({ ...schema, type: each }, indent)).join(" | ");
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "integer":
    case "number":
      return "number";
    case "array":
      return `Array<${isSchema(schema.items) ? typeOf(schema.items, indent) : "unknown"}>`;
    case "object":
      return objectOf(schema, indent);
    case undefined:
      if (Object.keys(schema).every((keyword) => ["$schema", "description"].includes(keyword)))
        return "unknown";
  }
  throw new Error(`No type for the schema ${JSON.stringify(schema)}`);
}

function objectOf({ properties, additionalProperties, required }: JsonSchema, indent: string): string {
  if (!isSchema(properties)) {
    return `Record<string, ${isSchema(additionalProperties) ? typeOf(additionalProperties, indent) : "unknown"}>`;
  }
  const needed = new Set(Array.isArray(required) ? required : []);
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(([name, field]) => {
    const schema = isSchema(field) ? field : {};
    const optional = needed.has(name) ? "" : "?";
    return `${comment(schema.description, inner)}${inner}${key(name)}${optional}: ${typeOf(schema, inner)};\n`;
  });
  return fields.length > 0 ? `{\n${fields.join("")}${indent}}` : "{}";
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** A comment for whoever points at a name, or nothing. */
export function comment(text: unknown, indent: string): string {
  return typeof text === "string" ? `${indent}/** ${text.replaceAll("*/", "* /")} */\n` : "";
}
