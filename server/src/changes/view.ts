import type { Output } from "@parlance/contract/operations";
import { namedActor } from "../database/actor.ts";
import type { ChangeTable } from "../database/schema.ts";
import { iso } from "../platform/clock.ts";
import { KEY_ITSELF } from "./record-changeset.ts";
import type { NamedChange, NamedChangeset } from "./store.ts";

export function toChangeset(row: NamedChangeset): Output<"changesets.list">["items"][number] {
  return {
    id: row.id,
    actor: namedActor(row),
    grantId: row.actorGrantId,
    via: row.via,
    message: row.message,
    createdAt: iso(row.createdAt),
    keyCount: row.keyCount,
    valueCount: row.valueCount,
  };
}

export function toChange(row: NamedChange): Output<"changesets.get">["changes"]["items"][number] {
  const { keyId, namespace, name } = row;
  return { keyId, namespace, name, ...toState(row) };
}

/** What a key or value was before a change, and after it. */
export function toState(row: ChangeTable) {
  const { kind, revision, language } = row;
  if (language === KEY_ITSELF) {
    const [keyBefore, keyAfter] = [fieldsOf(row.before), fieldsOf(row.after)];
    return { language: null, kind, revision, before: null, after: null, keyBefore, keyAfter };
  }
  return {
    language,
    kind,
    revision,
    before: contentOf(row.before, row.statusBefore),
    after: contentOf(row.after, row.statusAfter),
    keyBefore: null,
    keyAfter: null,
  };
}

function fieldsOf(json: string | null): Record<string, unknown> | null {
  return json === null ? null : JSON.parse(json);
}

function contentOf(text: string | null, status: string | null) {
  return text === null ? null : { text, status: (status ?? "approved") as "approved" };
}
