import { ApiError } from "../platform/api-error.ts";

const LONGEST_VALUE = 8192;

/**
 * Parameters of an OAuth request, from a query or a form. An empty one counts as absent, an unknown one is ignored, a
 * repeated one is an error (RFC 6749 §3.1 and §3.2), except `resource` (RFC 8707 §2).
 */
export class Parameters {
  readonly #values = new Map<string, string[]>();

  constructor(encoded: string) {
    for (const [name, value] of new URLSearchParams(encoded)) {
      if (value === "") continue;
      const values = this.#values.get(name);
      if (values) values.push(value);
      else this.#values.set(name, [value]);
    }
  }

  /** The first value, whatever else is wrong; for what has to be known before an error can be answered. */
  first(name: string): string | undefined {
    return this.#values.get(name)?.[0];
  }

  isRepeated(name: string): boolean {
    return (this.#values.get(name)?.length ?? 0) > 1;
  }

  /** Throws `invalid_request` when the parameter is repeated, too long or not text. */
  get(name: string, longest = LONGEST_VALUE): string | undefined {
    if (this.isRepeated(name)) {
      throw new ApiError("invalid_request", `The parameter ${shortened(name)} stands twice.`);
    }
    const value = this.first(name);
    if (value !== undefined) checkText(name, value, longest);
    return value;
  }

  /** Throws `invalid_request` when it is missing. */
  require(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw new ApiError("invalid_request", `The parameter ${name} is missing.`);
    return value;
  }

  all(name: string): string[] {
    const values = this.#values.get(name) ?? [];
    for (const value of values) checkText(name, value, LONGEST_VALUE);
    return values;
  }

  /** Throws `invalid_request` naming the first repeated parameter, `resource` aside. */
  refuseRepeated(): void {
    for (const name of this.#values.keys()) if (name !== "resource") this.get(name);
  }
}

function checkText(name: string, value: string, longest: number): void {
  // U+FFFD is what bytes that are not UTF-8 decode to.
  if (
    value.length > longest ||
    value.includes("\u0000") ||
    value.includes("\ufffd") ||
    !value.isWellFormed()
  ) {
    throw new ApiError("invalid_request", `The parameter ${shortened(name)} is too long or not valid text.`);
  }
}

/** A stranger may name a parameter as they please. */
function shortened(name: string): string {
  return name.slice(0, 40);
}
