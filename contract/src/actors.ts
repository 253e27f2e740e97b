import { z } from "zod";

/** Who did something: a person, an app on behalf of one, an API key, an unknown caller, or the server itself. */
export const ACTOR_TYPES = ["user", "app", "key", "anyone", "system"] as const;
export type ActorType = (typeof ACTOR_TYPES)[number];

/** An actor as it stands in answers. */
export const actor = z.strictObject({
  type: z.enum(ACTOR_TYPES),
  id: z.string().nullable(),
  name: z.string().nullable().describe("null when the person, app or key is gone"),
  agent: z.string().nullable().describe("what an agent's program says it is, which nothing proves"),
});

/** Through which door a call came (spec/translations, "Changeset"). */
export const VIAS = ["dashboard", "rest", "mcp", "trpc", "cli", "import"] as const;
export type Via = (typeof VIAS)[number];
export const via = z.enum(VIAS);
