import type { Handlers } from "../context.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { selectModels } from "./store.ts";

export const contentHandlers: Handlers<"models.list"> = {
  async "models.list"(call, { limit, cursor }) {
    const [afterSlug = ""] = decodeCursor(cursor, ["string"]) ?? [];
    const rows = await selectModels(call.store, call.project.id, String(afterSlug), limit + 1);
    return toPage(
      rows,
      limit,
      (model) => model,
      (model) => [model.slug],
    );
  },
};
