import type { KeyTable } from "../database/schema.ts";
import type { NewFields } from "./change-key.ts";
import type { KeyChange, NamespacePlan, Plan, TextsPlan, ValueWrite } from "./plan.ts";
import type { Renaming } from "./plan-rename.ts";

/** A plan as it is kept: what its writer asked for, and the revisions that it was made on. */
export type StoredPlan = StoredTexts | StoredRename | StoredSource;

export interface StoredTexts {
  kind: "texts";
  created: NewKeyFields[];
  changed: (OfKey & { fields: NewFields })[];
  trashed: OfKey[];
  restored: OfKey[];
  /** `revision` 0 where no value was. */
  written: (OfValue & Pick<ValueWrite, "text" | "status" | "onlyStatus">)[];
  removed: OfValue[];
  takesBack: number | null;
}

interface StoredRename {
  kind: "namespace";
  namespace: string;
  fields: Renaming;
}

interface StoredSource {
  kind: "source";
  from: string;
  to: string;
}

type NewKeyFields = Pick<
  KeyTable,
  "id" | "namespace" | "name" | "description" | "format" | "tags" | "maxLength"
>;
type OfKey = { keyId: string; revision: number };
type OfValue = OfKey & { language: string };

/** As JSON, to be made a plan again by `replan`. */
export function serializePlan(plan: Plan): string {
  return JSON.stringify(storedForm(plan));
}

/** What `serializePlan` wrote. */
export function parsePlan(json: string): StoredPlan {
  return JSON.parse(json);
}

function storedForm(plan: Plan): StoredPlan {
  switch (plan.kind) {
    case "texts":
      return storedTexts(plan);
    case "namespace":
      return { kind: "namespace", namespace: plan.before.name, fields: renamingOf(plan) };
    case "source":
      return { kind: "source", from: plan.from, to: plan.to };
  }
}

function storedTexts({
  created,
  changed,
  trashed,
  restored,
  written,
  removed,
  takesBack,
}: TextsPlan): StoredTexts {
  return {
    kind: "texts",
    created: created.map(({ id, namespace, name, description, format, tags, maxLength }) => {
      return { id, namespace, name, description, format, tags, maxLength };
    }),
    changed: changed.map((change) => ({ ...ofKey(change.before), fields: fieldsOf(change) })),
    trashed: trashed.map(ofKey),
    restored: restored.map(ofKey),
    written: written.map(({ keyId, language, text, status, onlyStatus = false, before }) => {
      return { keyId, language, revision: before?.revision ?? 0, text, status, onlyStatus };
    }),
    removed: removed.map(({ keyId, language, revision }) => ({ keyId, language, revision })),
    takesBack,
  };
}

function ofKey({ id: keyId, revision }: { id: string; revision: number }): OfKey {
  return { keyId, revision };
}

/** Only those that change. */
function fieldsOf({ change }: KeyChange): NewFields {
  return JSON.parse(change?.after ?? "{}");
}

const DESCRIPTIONS = ["description", "team", "domain", "aiPrompt"] as const;

function renamingOf({ before, after }: NamespacePlan): Renaming {
  const given = DESCRIPTIONS.filter((field) => before[field] !== after[field]);
  return {
    name: after.name,
    ...Object.fromEntries(given.map((field) => [field, after[field]])),
    ...(before.tags !== after.tags && { tags: JSON.parse(after.tags) }),
  };
}
