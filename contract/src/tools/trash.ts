import { z } from "zod";
import { instant } from "../operation.ts";
import { lenient, tool } from "../tool.ts";
import { cursor, next } from "./paging.ts";
import { keyIds } from "./write-texts.ts";

const restored = z.object({ id: z.uuid(), k: z.string(), ns: z.string().nullable() });

export const trashTools = {
  listTrash: tool("trash.list", {
    title: "List deleted keys",
    description:
      "Deleted keys that restoreKeys can bring back, the last deleted first: k name, ns namespace (null for default), at when it was deleted. next is the cursor of the next page, null on the last one.",
    input: lenient(
      z.object({
        limit: z.number().int().min(1).max(100).default(50),
        cursor,
      }),
    ),
    output: z.object({ k: z.array(restored.extend({ at: instant })), next }),
  }),
  restoreKeys: tool("keys.restore", {
    title: "Restore deleted keys",
    description:
      "Takes keys out of the trash with the texts they had. Ids that are not in the trash stand in skip. When a name was taken meanwhile nothing is restored, and the error names the key.",
    input: lenient(z.object({ keyIds })),
    output: z.object({
      ok: z.boolean(),
      cnt: z.number().int(),
      k: z.array(restored),
      skip: z.array(z.uuid()).optional(),
      hint: z.string().optional(),
    }),
  }),
};
