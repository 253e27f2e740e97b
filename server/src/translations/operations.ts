import type { Handlers } from "../context.ts";
import { toKey } from "../keys/create-keys.ts";
import { findKey, placeOf } from "../keys/find-keys.ts";
import { ApiError } from "../platform/api-error.ts";
import { iso } from "../platform/clock.ts";
import { toPage } from "../platform/cursor.ts";
import { languagesOf, needLanguage } from "../projects/languages.ts";
import { deleteKeys, restoreKeys, updateKey } from "./change-keys.ts";
import { createKeys } from "./create-keys.ts";
import { revertChangeset } from "./revert-changeset.ts";
import { setValues } from "./set-values.ts";
import { selectValues, selectValuesOfKey } from "./store.ts";

export const translationHandlers: Handlers<
  | "keys.create"
  | "keys.get"
  | "keys.update"
  | "keys.delete"
  | "keys.restore"
  | "values.set"
  | "values.list"
  | "changesets.revert"
> = {
  async "keys.create"(call, input) {
    const created = await createKeys(call, call, input);
    call.note({ changesetId: created.changesetId, keys: created.items.length });
    return created;
  },

  async "keys.get"(call, { keyId }) {
    const key = await findKey(call.store, call.project.id, keyId);
    if (!call.reach.scopes.includes("translations:read")) return { ...toKey(key), values: null };
    const languages = await languagesOf(call.store, call.project.id);
    const values = await selectValuesOfKey(call.store, key.id, [...languages.keys()]);
    return {
      ...toKey(key),
      values: values.map(({ language, text, status, revision, outdatedAt, updatedAt }) => ({
        language,
        text,
        status,
        revision,
        outdated: outdatedAt !== null,
        updatedAt: iso(updatedAt),
      })),
    };
  },

  async "keys.update"(call, input) {
    const result = await updateKey(call, call, input);
    call.note({ changesetId: result.changesetId });
    return result;
  },

  async "keys.delete"(call, input) {
    const result = await deleteKeys(call, call, input);
    call.note({ changesetId: result.changesetId, keys: result.deleted });
    return result;
  },

  async "keys.restore"(call, input) {
    const result = await restoreKeys(call, call, input);
    call.note({ changesetId: result.changesetId, keys: result.items.length });
    return result;
  },

  async "changesets.revert"(call, input) {
    const result = await revertChangeset(call, call, input);
    call.note({ revertedBy: result.changesetId, reverted: result.reverted, skipped: result.skippedCount });
    return result;
  },

  async "values.set"(call, input) {
    const result = await setValues(call, call, input);
    call.note({ changesetId: result.changesetId, updated: result.updated });
    return result;
  },

  async "values.list"(call, { namespace, keyIds, limit, cursor, ...filter }) {
    const projectId = call.project.id;
    const language = filter.language && needLanguage(filter.language, "/language");
    const languages = await languagesOf(call.store, projectId);
    if (language && !languages.has(language)) {
      throw new ApiError("not_found", `The project has no language ${language}.`);
    }
    const { after, rest } = await placeOf(call.store, projectId, cursor, ["string"]);
    const rows = await selectValues(call.store, {
      projectId,
      namespace,
      keyIds: keyIds?.split(","),
      languages: language ? [language] : [...languages.keys()],
      after: after && { ...after, language: rest[0] ?? "" },
      limit: limit + 1,
    });
    return toPage(
      rows,
      limit,
      ({ outdatedAt, ...value }) => ({
        ...value,
        outdated: outdatedAt !== null,
        updatedAt: iso(value.updatedAt),
      }),
      (value) => [value.keyId, value.language],
    );
  },
};
