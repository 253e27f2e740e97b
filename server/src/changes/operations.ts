import type { Handlers } from "../context.ts";
import { ApiError } from "../platform/api-error.ts";
import { decodeCursor, toPage } from "../platform/cursor.ts";
import { needLanguage } from "../projects/languages.ts";
import { findChangeset } from "./find-changeset.ts";
import { KEY_ITSELF } from "./record-changeset.ts";
import { hasKey, selectChanges, selectChangesets, selectHistory } from "./store.ts";
import { toChange, toChangeset, toState } from "./view.ts";

export const changeHandlers: Handlers<"changesets.list" | "changesets.get" | "values.history"> = {
  async "changesets.list"(call, { actor, via, keyId, language, limit, cursor }) {
    const before = decodeCursor(cursor, ["number", "string"]) as [number, string] | undefined;
    const filter = {
      projectId: call.project.id,
      actor,
      via,
      keyId: keyId?.toLowerCase(),
      language: language && needLanguage(language, "/language"),
    };
    const rows = await selectChangesets(call.store, filter, { before, limit: limit + 1 });
    return toPage(rows, limit, toChangeset, (row) => [row.createdAt, row.id]);
  },

  async "changesets.get"(call, { changesetId, limit, cursor }) {
    const changeset = await findChangeset(call.store, call.project.id, changesetId);
    const after = decodeCursor(cursor, ["string", "string"]) as [string, string] | undefined;
    const rows = await selectChanges(call.store, changesetId, { after, limit: limit + 1 });
    const changes = toPage(rows, limit, toChange, (row) => [row.keyId, row.language]);
    return { ...toChangeset(changeset), changes };
  },

  async "values.history"(call, { keyId, language, limit, cursor }) {
    const id = keyId.toLowerCase();
    if (!(await hasKey(call.store, call.project.id, id))) {
      throw new ApiError("not_found", `The project has no key ${keyId}.`);
    }
    const of = { keyId: id, language: language ? needLanguage(language, "/language") : KEY_ITSELF };
    const [before] = (decodeCursor(cursor, ["number"]) ?? []) as number[];
    const rows = await selectHistory(call.store, of, { before, limit: limit + 1 });
    return toPage(
      rows,
      limit,
      (row) => ({ ...toState(row), changeset: toChangeset(row) }),
      (row) => [row.revision],
    );
  },
};
