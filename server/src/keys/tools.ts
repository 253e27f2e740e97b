import type { ToolInput, ToolOutput } from "@parlance/contract/tools";
import type { ToolHandlers } from "../context.ts";
import { canonicalLanguage } from "../projects/language-code.ts";
import { lockProject } from "../projects/write-lock.ts";
import { identity } from "../texts/check-names.ts";
import { allKeysByIds, findKeys, type KeyName } from "../texts/find-keys.ts";
import { createMissing } from "./create-missing.ts";
import { deleteKeys } from "./delete-keys.ts";
import { listByNumber, shortNamespace } from "./list-by-number.ts";
import { listTrash } from "./list-trash.ts";
import { restoreKeys } from "./restore-keys.ts";

/** Keys that a hint names one by one. */
const MOST_NAMED = 20;

type Names = "listKeys" | "createKeys" | "deleteKeys" | "listTrash" | "restoreKeys";

export const keyTools: ToolHandlers<Names> = {
  listKeys: (call, input) => listByNumber(call, input),

  async createKeys(call, { k: items }) {
    const created = await createMissing(call, items);
    const { changesetId, keys, skipped, elsewhere, described, warnings } = created;
    call.note({ changesetId, keys: keys.length, ...(described.length > 0 && { namespaces: described }) });
    const warn = keys.flatMap((key) => {
      const other = elsewhere?.get(identity(key)) ?? [];
      return other.length > 0 ? [{ k: key.name, ns: key.namespace, other }] : [];
    });
    const hint = remarksOn(created, items, call.project.sourceLanguage).join(" ");
    return {
      ...{ ok: true, cnt: keys.length, new: keys.length, ren: 0, dup: skipped.length },
      k: keys.map(({ name, namespace, id, translations }) => ({
        k: name,
        ns: namespace,
        id,
        tr: translations,
      })),
      ...(skipped.length > 0 && { skip: skipped.map(({ name, reason }) => ({ k: name, reason })) }),
      ...(warn.length > 0 && { warn }),
      ...(warnings && { problems: warnings }),
      ...(hint && { hint }),
    };
  },

  async deleteKeys(call, { keyIds }) {
    const project = await lockProject(call, call.project);
    const ids = [...new Set(keyIds)];
    const keyOf = await findKeys(
      call.store,
      project.id,
      ids.map((id) => ({ id })),
    );
    const found = ids.flatMap((id) => keyOf({ id }) ?? []);
    const unknown = ids.filter((id) => !keyOf({ id }));
    const keys = found.map(({ id }) => ({ id }));
    const result =
      keys.length > 0 ? await deleteKeys(call, project, { keys }) : { changesetId: null, deleted: 0 };
    call.note({ changesetId: result.changesetId, keys: result.deleted });
    return {
      ...{ ok: found.length > 0, cnt: found.length, mk: found.map(toShort) },
      ...skippedIds(unknown, "Unknown ids were skipped; listKeys answers ids."),
      ...{ deleted: found.length, skipped: unknown },
    };
  },

  async listTrash(call, { limit, cursor }) {
    const { items, nextCursor } = await listTrash(call, call.project, { limit, cursor });
    return {
      k: items.map((key) => ({ ...toShort(key), at: key.deletedAt })),
      next: nextCursor,
    };
  },

  async restoreKeys(call, { keyIds }) {
    const project = await lockProject(call, call.project);
    const sent = [...new Set(keyIds)];
    const all = await allKeysByIds(call.store, project.id, sent);
    const ids = sent.filter((id) => (all.get(id)?.deletedAt ?? null) !== null);
    const repoint = (pointer: string) =>
      `/keyIds/${keyIds.indexOf(ids[Number(pointer.split("/")[2])] ?? "")}`;
    const restored =
      ids.length > 0 ? await restoreKeys(call, project, { ids }, repoint) : { changesetId: null, items: [] };
    call.note({ changesetId: restored.changesetId, keys: ids.length });
    return {
      ...{ ok: ids.length > 0, cnt: ids.length, k: restored.items.map(toShort) },
      ...skippedIds(
        sent.filter((id) => !ids.includes(id)),
        "What is not in the trash was skipped; listTrash answers ids.",
      ),
    };
  },
};

/** What became of the keys otherwise than it was sent. */
function remarksOn(
  { keys, elsewhere }: Awaited<ReturnType<typeof createMissing>>,
  items: ToolInput<"createKeys">["k"],
  sourceLanguage: string,
): string[] {
  const moved = keys.filter(({ item, namespace }) => item.ns !== namespace);
  const hasSource = items.some(({ t = {} }) =>
    Object.keys(t).some((code) => canonicalLanguage(code) === sourceLanguage),
  );
  return [
    ...(hasSource ? [`What t has in ${sourceLanguage} was left out: a source text stands in v.`] : []),
    ...(elsewhere ? [] : ["There are too many names and namespaces to look for equal names elsewhere."]),
    ...moved
      .slice(0, MOST_NAMED)
      .map(({ item, namespace, name }) => `${item.n} went into the namespace ${namespace} as ${name}.`),
    ...(moved.length > MOST_NAMED
      ? [`So did ${moved.length - MOST_NAMED} others; k says where each is.`]
      : []),
  ];
}

function toShort({ id, name, namespace }: KeyName & { id: string }): ToolOutput<"deleteKeys">["mk"][number] {
  return { id, k: name, ns: shortNamespace(namespace) };
}

function skippedIds(ids: string[], hint: string): { skip?: string[]; hint?: string } {
  return ids.length > 0 ? { skip: ids, hint } : {};
}
