import { describe, expect, test } from "vitest";
import { z } from "zod";
import { NAME_PARAMETERS, type Operation } from "./operation.ts";
import { OPERATIONS } from "./operations.ts";

/** What the types cannot say of a declaration. */
describe.each(Object.entries(OPERATIONS))("%s", (_, operation: Operation) => {
  const { access, names, organizationField, everywhere, target, input, rest } = operation;
  const parameters = [...rest.path.matchAll(/:(\w+)/g)].map(([, name]) => name as string);
  const isName = (name: string) => (NAME_PARAMETERS as readonly string[]).includes(name);
  const fields = input instanceof z.ZodObject ? Object.keys(input.shape) : [];

  test("names what its scope or role is asked in, unless it is about everything that the caller reaches", () => {
    const asksReach = access.by === "scope" || (access.by === "role" && access.role !== null);
    expect(asksReach).toBe((names ?? organizationField) !== undefined || everywhere === true);
  });

  test("has in its path what it names", () => {
    const named = parameters.some((name) => name.startsWith("project"))
      ? "project"
      : parameters.some((name) => name.startsWith("organization"))
        ? "organization"
        : undefined;
    expect(names).toBe(named);
  });

  test("has every other parameter of its path, and its target, in its input", () => {
    const asked = [...parameters.filter((name) => !isName(name)), ...(target === undefined ? [] : [target])];
    expect(fields).toEqual(expect.arrayContaining(asked));
    expect(fields.filter((name) => parameters.includes(name) && isName(name))).toEqual([]);
  });
});
