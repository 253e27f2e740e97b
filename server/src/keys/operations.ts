import type { Handlers } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { languagesOf } from "../projects/languages.ts";
import { findKey } from "../texts/find-keys.ts";
import { valuesOfKey } from "../texts/find-values.ts";
import { toKey } from "../texts/new-key.ts";
import { createKeys } from "./create-keys.ts";
import { deleteKeys } from "./delete-keys.ts";
import { listKeys } from "./list-keys.ts";
import { listTrash } from "./list-trash.ts";
import { restoreKeys } from "./restore-keys.ts";
import { updateKey, updateKeys } from "./update-keys.ts";

export const keyHandlers: Handlers<
  | "keys.create"
  | "keys.list"
  | "keys.get"
  | "keys.update"
  | "keys.updateMany"
  | "keys.delete"
  | "keys.restore"
  | "trash.list"
> = {
  async "keys.create"(call, input) {
    const created = await createKeys(call, call, input);
    call.note({ changesetId: created.changesetId, keys: created.items.length });
    return created;
  },

  "keys.list": (call, input) => listKeys(call, call, input),

  async "keys.get"(call, { keyId }) {
    const key = await findKey(call.store, call.project.id, keyId);
    if (!call.reach.scopes.includes("translations:read")) return { ...toKey(key), values: null };
    const languages = await languagesOf(call.store, call.project.id);
    const values = await valuesOfKey(call.store, key.id, [...languages.keys()]);
    return {
      ...toKey(key),
      values: values.map(({ language, text, status, revision, outdatedAt, updatedAt }) => ({
        ...{ language, text, status, revision },
        outdated: outdatedAt !== null,
        updatedAt: iso(updatedAt),
      })),
    };
  },

  async "keys.update"(call, input) {
    const result = await updateKey(call, call.project, input);
    call.note({ changesetId: result.changesetId });
    return result;
  },

  async "keys.updateMany"(call, input) {
    const result = await updateKeys(call, call.project, input);
    call.note({ changesetId: result.changesetId, keys: result.updated });
    return result;
  },

  async "keys.delete"(call, input) {
    const result = await deleteKeys(call, call.project, input);
    call.note({ changesetId: result.changesetId, keys: result.deleted });
    return result;
  },

  async "keys.restore"(call, input) {
    const result = await restoreKeys(call, call.project, input);
    call.note({ changesetId: result.changesetId, keys: result.items.length });
    return result;
  },

  "trash.list": (call, input) => listTrash(call, call.project, input),
};
