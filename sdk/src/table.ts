import { bytesAnswer, MOUNTS, type Operation, takesIdempotencyKey } from "@parlance/contract/operation";
import { OPERATIONS } from "@parlance/contract/operations";
import type { Operations } from "./contract.ts";

/** How an operation travels over HTTP. */
export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** From the origin on; `:name` stands for a field of the input. */
  readonly path: string;
  /** It takes no token. */
  readonly open?: true;
  /** It takes an `Idempotency-Key`. */
  readonly once?: true;
  /** A list in pages: `cursor` leads on, `nextCursor` says where to. */
  readonly paged?: true;
  /** The body is the file in `content`, and other fields travel in the query. */
  readonly sendsFile?: true;
  /** The answer is a file. */
  readonly answersFile?: true;
  /** Fields that travel in headers of their own. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Every operation of the client, by name. `build/` writes the table into the package as a plain value. */
export const TABLE: Readonly<Record<keyof Operations, Route>> = tableOf(OPERATIONS);

function tableOf(operations: Record<string, Operation>): Record<keyof Operations, Route> {
  const callable = Object.entries(operations).filter(
    ([, { access, rest }]) => rest.mount === "api" && access.by !== "access_token",
  );
  return Object.fromEntries(callable.map(([name, operation]) => [name, routeOf(operation)])) as Record<
    keyof Operations,
    Route
  >;
}

function routeOf(operation: Operation): Route {
  const { access, input, output, rest } = operation;
  return {
    method: rest.method,
    path: MOUNTS[rest.mount] + rest.path,
    ...(access.by === "anyone" && { open: true }),
    ...(takesIdempotencyKey(operation) && { once: true }),
    ...(fieldsOf(input).has("cursor") && fieldsOf(output).has("items") && { paged: true }),
    ...(rest.bytes && { sendsFile: true }),
    ...(output === bytesAnswer && { answersFile: true }),
    ...(rest.headers && { headers: rest.headers }),
  };
}

function fieldsOf(schema: Operation["input"]): ReadonlySet<string> {
  return new Set("shape" in schema ? Object.keys(schema.shape as object) : []);
}
