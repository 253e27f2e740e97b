import type { JsonShape } from "./json.ts";
import type { FileKey } from "./row.ts";
import type { TextWriter } from "./write-text.ts";

/** The texts of one language; a key without one is left out. */
export class JsonWriter implements TextWriter {
  readonly #shape: JsonShape;
  /** Names of the objects that are open below the outermost. */
  #path: string[] = [];
  /** Whose texts are being written, where the file has namespaces. */
  #namespace: string | null = null;
  /** The names of texts that begin the name of the last one. */
  #above: string[] = [];
  #isEmpty = true;
  #before = "{";

  constructor(shape: JsonShape) {
    this.#shape = shape;
  }

  write({ namespace, name, values }: FileKey): string {
    const [value] = values;
    if (!value) return "";
    this.#isEmpty = false;
    let out = "";
    if (this.#shape.hasNamespaces && namespace !== this.#namespace) {
      if (this.#namespace !== null) out += this.#leave(0) + this.#closeObject();
      out += this.#open(namespace);
      this.#namespace = namespace;
      this.#above = [];
    }
    const parts = this.#shape.isNested ? this.#pathOf(name) : [name];
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
  #pathOf(name: string): string[] {
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
