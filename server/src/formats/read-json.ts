import type { FieldError } from "@parlance/contract/errors";
import { pointerTo } from "@parlance/contract/json-pointer";
import { keyName, namespaceName, text as textSchema } from "@parlance/contract/operations/keys";
import type { Failure, FileReader } from "./codec.ts";
import type { JsonShape } from "./json.ts";
import { JsonTokens, type Token } from "./json-tokens.ts";
import type { Row } from "./row.ts";
import { kindOf, LONGEST_KEPT, LONGEST_SHOWN } from "./shown.ts";

/** Names have at most 512 characters, so whatever lies deeper has no name. */
const DEEPEST = 300;

type Expecting = "value" | "first_name" | "name" | "colon" | "comma" | "nothing";

/** Reads the texts of one language. They belong to `namespace`, unless the file has namespaces itself. */
export class JsonReader implements FileReader {
  readonly #shape: JsonShape;
  readonly #language: string;
  readonly #namespace: string;
  readonly #tokens = new JsonTokens((token, value) => this.#take(token, value));
  /** Names above what is read now. */
  readonly #path: string[] = [];
  readonly #open: ("{" | "[")[] = [];
  #expecting: Expecting = "value";
  /** Whether a list was just opened. */
  #isFirst = false;
  /** How many were open where something that holds no texts began; 0 outside of such. */
  #ignoredFrom = 0;
  #rows: Row[] = [];
  #count = 0;
  #failure: Omit<Failure, "row" | "offset"> | null = null;

  constructor(shape: JsonShape, { language, namespace }: { language: string; namespace: string }) {
    this.#shape = shape;
    this.#language = language;
    this.#namespace = namespace;
  }

  get failure(): Failure | null {
    if (this.#failure) return { ...this.#failure, row: this.#count + 1, offset: this.#tokens.offset };
    return this.#tokens.failure && { ...this.#tokens.failure, row: this.#count + 1 };
  }

  read(piece: Uint8Array): Row[] {
    this.#tokens.read(piece);
    return this.#taken();
  }

  end(): Row[] {
    this.#tokens.end();
    if (!this.failure && this.#expecting !== "nothing") {
      this.#fail("truncated", "The file ends before its last bracket is closed.");
    }
    return this.#taken();
  }

  #taken(): Row[] {
    const rows = this.#rows;
    this.#rows = [];
    for (const row of rows) row.end = this.#tokens.offset;
    return rows;
  }

  #take(token: Token, value: unknown): boolean {
    switch (this.#expecting) {
      case "first_name":
        return token === "}" ? this.#close(token) : this.#name(token, value);
      case "name":
        return this.#name(token, value);
      case "colon":
        this.#expecting = "value";
        return token === ":" || this.#fail("invalid_json", "A colon is missing after a name.");
      case "value":
        // An empty list: only there may a bracket stand in place of a value.
        return token === "]" && this.#isFirst ? this.#close(token) : this.#value(token, value);
      case "comma":
        if (token !== ",") return this.#close(token);
        this.#expecting = this.#open.at(-1) === "{" ? "name" : "value";
        this.#isFirst = false;
        return true;
      case "nothing":
        return this.#fail("invalid_json", "There is something after the end of the object.");
    }
  }

  #name(token: Token, value: unknown): boolean {
    if (token !== "string") return this.#fail("invalid_json", "A name in quotes is missing.");
    this.#path.push(shortened(value as string));
    this.#expecting = "colon";
    return true;
  }

  #value(token: Token, value: unknown): boolean {
    this.#isFirst = false;
    if (this.#open.length === 0 && token !== "{") {
      return this.#fail("wrong_type", "The file must be an object of names and texts.");
    }
    if (token === "{" || token === "[") return this.#enter(token);
    if (token !== "string" && token !== "scalar") {
      return this.#fail("invalid_json", "A value is missing.");
    }
    if (!this.#ignoredFrom) this.#row(value);
    this.#leave();
    return true;
  }

  #enter(token: "{" | "["): boolean {
    this.#open.push(token);
    if (this.#open.length > DEEPEST) {
      return this.#fail("too_deep", `Objects lie more than ${DEEPEST} deep in each other.`);
    }
    if (!this.#ignoredFrom && !this.#mayHold(token)) {
      this.#row(token === "{" ? {} : []);
      this.#ignoredFrom = this.#open.length;
    }
    this.#isFirst = token === "[";
    this.#expecting = token === "{" ? "first_name" : "value";
    return true;
  }

  /** Whether what was just opened may hold texts. */
  #mayHold(token: "{" | "["): boolean {
    return token === "{" && (this.#shape.isNested || this.#open.length === 1);
  }

  #close(token: Token): boolean {
    const opened = this.#open.pop();
    if (token !== (opened === "{" ? "}" : "]")) {
      return this.#fail("invalid_json", "A comma or a closing bracket is missing.");
    }
    if (this.#ignoredFrom > this.#open.length) this.#ignoredFrom = 0;
    this.#leave();
    return true;
  }

  /** A value is over. */
  #leave(): void {
    if (this.#open.at(-1) === "{") this.#path.pop();
    this.#expecting = this.#open.length === 0 ? "nothing" : "comma";
  }

  #row(value: unknown): void {
    this.#count++;
    const pointer = pointerTo(this.#path);
    const problems: FieldError[] = [];
    const below = this.#shape.hasNamespaces ? 1 : 0;
    const namespace = below ? (this.#path[0] as string) : this.#namespace;
    const name = joined(this.#path.slice(below));
    if (below && this.#path.length === 1) {
      problems.push({ pointer, code: "not_an_object", expected: "an object of texts below each namespace" });
    } else {
      problems.push(
        ...faultsOf(namespaceName, namespace, pointer, "invalid_namespace"),
        ...faultsOf(keyName, name, pointer, "invalid_key"),
      );
    }
    if (typeof value !== "string") {
      problems.push({ pointer, code: "not_a_text", expected: "a text", found: kindOf(value) });
    } else problems.push(...faultsOf(textSchema, value, pointer, "too_long"));
    const isValid = problems.length === 0;
    this.#rows.push({
      row: this.#count,
      end: 0,
      key: { namespace: isValid ? namespaceName.parse(namespace) : namespace, name },
      fields: {},
      values: isValid ? [{ language: this.#language, text: value as string, pointer }] : [],
      problems,
    });
  }

  #fail(code: Failure["code"], message: string): boolean {
    this.#failure = { code, message };
    return false;
  }
}

type Schema = typeof keyName | typeof namespaceName | typeof textSchema;

function faultsOf(schema: Schema, value: string, pointer: string, code: string): FieldError[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  return issues.slice(0, 1).map(({ message }) => ({
    pointer,
    code,
    expected: message,
    found: value.slice(0, LONGEST_SHOWN),
  }));
}

/** A copy, because a part of a string keeps all of it in memory. */
function shortened(name: string): string {
  if (name.length <= LONGEST_KEPT) return name;
  return Buffer.from(name.slice(0, LONGEST_KEPT), "utf16le").toString("utf16le");
}

/** Cut off where it is too long for a name, because what lies below long names would repeat them with each text. */
function joined(path: readonly string[]): string {
  let name = path[0] ?? "";
  for (let depth = 1; depth < path.length && name.length <= LONGEST_KEPT; depth++) name += `.${path[depth]}`;
  return name;
}
