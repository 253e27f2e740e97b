import type { importLine } from "@parlance/contract/operations/imports";
import type { z } from "zod";
import type { JsonKind } from "./read-json.ts";
import { LONGEST_LINE } from "./read-ndjson.ts";
import type { Status } from "./row.ts";

/** A key as a file may hold it, with the texts that go into the file. */
export interface FileKey {
  namespace: string;
  name: string;
  description: string | null;
  tags: string[];
  format: "icu" | "plain";
  maxLength: number | null;
  values: readonly { language: string; text: string; status: Status }[];
}

/** Is given keys in code point order of namespace and name, and answers what follows in the file. */
export interface FileWriter {
  write(key: FileKey): string;
  end(): string;
}

type Line = z.input<typeof importLine>;

/** A key in each line; one whose texts make too long a line stands in several. */
export class NdjsonWriter implements FileWriter {
  write({ name, values, description, maxLength, ...fields }: FileKey): string {
    const line = (some: Line["values"]): string =>
      `${JSON.stringify({ key: name, ...fields, ...(description !== null && { description }), ...(maxLength !== null && { maxLength }), values: some } satisfies Line)}\n`;
    let lines = "";
    let some: Record<string, { text: string; status: Status }> = {};
    let length = 0;
    for (const { language, text, status } of values) {
      // As long as JSON can make a UTF-16 code unit.
      if (length > 0 && length + text.length * 6 > LONGEST_LINE / 2) {
        lines += line(some);
        [some, length] = [{}, 0];
      }
      some[language] = { text, status };
      length += text.length * 6;
    }
    return lines + line(some);
  }

  end(): string {
    return "";
  }
}

/** The texts of one language; a key without one is left out. */
export class JsonWriter implements FileWriter {
  readonly #kind: JsonKind;
  /** Names of the objects that are open below the outermost. */
  #path: string[] = [];
  /** Of `json_namespaces`: whose texts are being written. */
  #namespace: string | null = null;
  /** Texts whose names begin the name of the last one. */
  #above: string[] = [];
  #isEmpty = true;
  #before = "{";

  constructor(kind: JsonKind) {
    this.#kind = kind;
  }

  write({ namespace, name, values }: FileKey): string {
    const [value] = values;
    if (!value) return "";
    this.#isEmpty = false;
    let out = "";
    if (this.#kind === "json_namespaces" && namespace !== this.#namespace) {
      if (this.#namespace !== null) out += this.#leave(0) + this.#closeObject();
      out += this.#open(namespace);
      this.#namespace = namespace;
      this.#above = [];
    }
    const parts = this.#kind === "json_flat" ? [name] : this.#placeOf(name);
    const leaf = parts.pop() as string;
    let shared = 0;
    while (shared < parts.length && shared < this.#path.length && parts[shared] === this.#path[shared])
      shared++;
    out += this.#leave(shared);
    for (const part of parts.slice(shared)) {
      out += this.#open(part);
      this.#path.push(part);
    }
    out += `${this.#before}${JSON.stringify(leaf)}:${JSON.stringify(value.text)}`;
    this.#before = ",";
    return out;
  }

  end(): string {
    if (this.#isEmpty) return "{}\n";
    return `${this.#leave(0)}${this.#namespace === null ? "" : this.#closeObject()}}\n`;
  }

  /**
   * The objects that a name leads through, and its last part. Where a name above it is a text, which cannot be an object
   * too, what lies below keeps its dots; readers take names both ways.
   */
  #placeOf(name: string): string[] {
    this.#above = this.#above.filter((above) => name.startsWith(above));
    const blocking = this.#above.find((above) => name[above.length] === ".");
    this.#above.push(name);
    if (blocking === undefined) return name.split(".");
    const parents = blocking.split(".").slice(0, -1);
    return [...parents, name.slice(parents.length === 0 ? 0 : parents.join(".").length + 1)];
  }

  #open(name: string): string {
    const out = `${this.#before}${JSON.stringify(name)}:`;
    this.#before = "{";
    return out;
  }

  #closeObject(): string {
    this.#before = ",";
    return "}";
  }

  #leave(depth: number): string {
    const closed = "}".repeat(Math.max(0, this.#path.length - depth));
    this.#path.length = Math.min(this.#path.length, depth);
    if (closed) this.#before = ",";
    return closed;
  }
}
