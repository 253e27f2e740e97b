import { z } from "zod";
import { instant, operation } from "../operation.ts";

export const sessionOperations = {
  "sessions.list": operation({
    summary: "Where you are signed in",
    rest: { mount: "dashboard", method: "GET", path: "/sessions" },
    access: { by: "role", role: null },
    effect: "read",
    input: z.strictObject({}),
    output: z.strictObject({
      items: z.array(
        z.strictObject({
          id: z.string(),
          current: z.boolean(),
          createdAt: instant,
          expiresAt: instant,
          ipAddress: z.string().nullable(),
          userAgent: z.string().nullable(),
        }),
      ),
    }),
  }),
  "sessions.end": operation({
    summary: "Sign out one of your sessions",
    rest: { mount: "dashboard", method: "DELETE", path: "/sessions/:sessionId" },
    access: { by: "role", role: null },
    target: "sessionId",
    effect: "delete",
    input: z.strictObject({ sessionId: z.string() }),
    output: z.void(),
  }),
};
