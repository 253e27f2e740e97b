import type { Handlers } from "../context.ts";
import { placeOf } from "../keys/find-keys.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { toPage } from "../platform/cursor.ts";
import { languagesOf, needLanguage } from "../projects/languages.ts";
import { createKeys } from "./create-keys.ts";
import { setValues } from "./set-values.ts";
import { selectValues } from "./store.ts";

export const translationHandlers: Handlers<"keys.create" | "values.set" | "values.list"> = {
  async "keys.create"(call, input) {
    const created = await createKeys(call, call, input);
    call.note({ changesetId: created.changesetId, keys: created.items.length });
    return created;
  },

  async "values.set"(call, input) {
    const result = await setValues(call, call, input);
    call.note({ changesetId: result.changesetId, updated: result.updated });
    return result;
  },

  async "values.list"(call, { namespace, limit, cursor, ...filter }) {
    const projectId = call.project.id;
    const language = filter.language && needLanguage(filter.language, "/language");
    if (language && !(await languagesOf(call.store, projectId)).has(language)) {
      throw new ApiError("not_found", `The project has no language ${language}.`);
    }
    const { after, rest } = await placeOf(call.store, projectId, cursor, ["string"]);
    const rows = await selectValues(call.store, {
      projectId,
      namespace,
      language,
      after: after && { ...after, language: rest[0] ?? "" },
      limit: limit + 1,
    });
    return toPage(
      rows,
      limit,
      (value) => ({ ...value, updatedAt: iso(value.updatedAt) }),
      (value) => [value.keyId, value.language],
    );
  },
};
