import type { Key } from "./key-table.tsx";

/** What the form of a key holds, all as somebody types it. */
export interface Fields extends Record<string, string> {
  name: string;
  namespace: string;
  description: string;
  /** With commas between. */
  tags: string;
  format: Key["format"];
  maxLength: string;
}
export type Field = "name" | "namespace" | "description" | "tags" | "format" | "maxLength";

export const FIELD_NAMES: Record<Field, string> = {
  name: "Name",
  namespace: "Namespace",
  description: "Description",
  tags: "Tags",
  format: "Format",
  maxLength: "Maximum length",
};
const ALL = Object.keys(FIELD_NAMES) as Field[];

export function fieldsOf(key: Key): Fields {
  return {
    name: key.name,
    namespace: key.namespace,
    description: key.description ?? "",
    tags: key.tags.join(", "),
    format: key.format,
    maxLength: key.maxLength === null ? "" : String(key.maxLength),
  };
}

/** What to send: the fields that differ from the key, as the server takes them. */
export function changesOf(base: Key, fields: Fields): Partial<Omit<Key, "id" | "revision" | "createdAt">> {
  const before = fieldsOf(base);
  const changed = (field: Field) => clean(field, fields) !== clean(field, before);
  return {
    ...(changed("name") && { name: clean("name", fields) }),
    ...(changed("namespace") && { namespace: clean("namespace", fields) }),
    ...(changed("description") && { description: clean("description", fields) || null }),
    ...(changed("tags") && { tags: tagsOf(fields.tags) }),
    ...(changed("format") && { format: fields.format }),
    ...(changed("maxLength") && { maxLength: fields.maxLength.trim() ? Number(fields.maxLength) : null }),
  };
}

/** What can be seen to be wrong before it is sent. */
export function problemsOf(fields: Fields): Partial<Record<Field, string | null>> {
  const length = fields.maxLength.trim();
  return {
    name: fields.name.trim() ? null : "Give it a name, such as checkout.title.",
    namespace: fields.namespace.trim() ? null : "Name a namespace.",
    maxLength: length === "" || /^[1-9]\d*$/.test(length) ? null : "Enter a whole number, or leave it empty.",
  };
}

/** Fields that both changed since `base`, each to something else. */
export function collisionsOf(
  base: Key,
  present: Key,
  yours: Fields,
): { field: Field; theirs: string; yours: string }[] {
  const before = fieldsOf(base);
  const theirs = fieldsOf(present);
  return ALL.filter((field) => {
    const [was, now, mine] = [before, theirs, yours].map((all) => clean(field, all));
    return now !== was && mine !== was && mine !== now;
  }).map((field) => ({
    field,
    theirs: shownField(field, theirs[field]),
    yours: shownField(field, yours[field]),
  }));
}

/** One's own changes on top of what somebody else left. */
export function rebase(base: Key, present: Key, yours: Fields): Fields {
  const before = fieldsOf(base);
  const changed = ALL.filter((field) => clean(field, yours) !== clean(field, before));
  return { ...fieldsOf(present), ...Object.fromEntries(changed.map((field) => [field, yours[field]])) };
}

export function shownField(field: Field, value: string): string {
  if (field === "format") return value === "icu" ? "ICU MessageFormat" : "Plain text";
  return value.trim() || "Nothing";
}

function clean(field: Field, fields: Fields): string {
  return field === "tags" ? tagsOf(fields.tags).join(",") : fields[field].trim();
}

function tagsOf(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter(Boolean);
}
