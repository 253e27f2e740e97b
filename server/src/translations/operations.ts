import type { Handlers } from "../context.ts";
import { toKey } from "../keys/create-keys.ts";
import { findKey } from "../keys/find-keys.ts";
import { iso } from "../platform/clock.ts";
import { languagesOf } from "../projects/languages.ts";
import { deleteKeys, restoreKeys, updateKey, updateKeys } from "./change-keys.ts";
import { changeSource } from "./change-source.ts";
import { createKeys } from "./create-keys.ts";
import { listKeys } from "./list-keys.ts";
import { listValues } from "./list-values.ts";
import { revertChangeset } from "./revert-changeset.ts";
import { setStatus } from "./set-status.ts";
import { setValues } from "./set-values.ts";
import { selectValuesOfKey } from "./store.ts";

export const translationHandlers: Handlers<
  | "keys.create"
  | "keys.get"
  | "keys.list"
  | "keys.update"
  | "keys.updateMany"
  | "keys.delete"
  | "keys.restore"
  | "values.set"
  | "values.setStatus"
  | "values.list"
  | "changesets.revert"
  | "languages.setSource"
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

  async "keys.updateMany"(call, input) {
    const result = await updateKeys(call, call, input);
    call.note({ changesetId: result.changesetId, keys: result.updated });
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

  async "languages.setSource"(call, { code }) {
    const result = await changeSource(call, call.project, code);
    call.note({ from: call.project.sourceLanguage, to: result.sourceLanguage });
    return result;
  },

  async "values.set"(call, input) {
    const result = await setValues(call, call, input);
    call.note({ changesetId: result.changesetId, updated: result.updated });
    return result;
  },

  async "values.setStatus"(call, input) {
    const result = await setStatus(call, call, input);
    call.note({ changesetId: result.changesetId, updated: result.updated, status: input.status });
    return result;
  },

  "keys.list": (call, input) => listKeys(call, call, input),

  "values.list": (call, input) => listValues(call, call.project, input),
};
