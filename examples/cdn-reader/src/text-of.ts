import type { Messages } from "@parlance/sdk";

/** A text by namespace and name, with dots between: projects publish names with dots nested, or flat. */
export function textOf(messages: Messages, name: string): string | undefined {
  const [first = "", ...rest] = name.split(".");
  const whole = Object.hasOwn(messages, name) ? messages[name] : undefined;
  if (typeof whole === "string") return whole;
  const below = Object.hasOwn(messages, first) ? messages[first] : undefined;
  return rest.length > 0 && typeof below === "object" ? textOf(below, rest.join(".")) : undefined;
}
