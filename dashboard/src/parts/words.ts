const NUMBER = new Intl.NumberFormat();
const PLURAL = new Intl.PluralRules("en");
const LIST = new Intl.ListFormat("en");
const LANGUAGE = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });
const SIZES = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** "1 key", "2,120 keys". */
export function count(amount: number, one: string, many = `${one}s`): string {
  return `${NUMBER.format(amount)} ${PLURAL.select(amount) === "one" ? one : many}`;
}

export function number(value: number): string {
  return NUMBER.format(value);
}

/** "34.2 MB"; a thousand bytes are a kilobyte. */
export function size(bytes: number): string {
  const at = Math.min(SIZES.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const amount = bytes / 1000 ** at;
  const maximumFractionDigits = at > 0 && amount < 100 ? 1 : 0;
  return new Intl.NumberFormat(undefined, {
    style: "unit",
    unit: SIZES[at] ?? "byte",
    unitDisplay: at === 0 ? "long" : "short",
    maximumFractionDigits,
  }).format(amount);
}

/** "about 2 minutes": as exact as a forecast can be. */
export function roughly(seconds: number): string {
  if (seconds < 8) return "a few seconds";
  if (seconds < 55) return `about ${count(Math.ceil(seconds / 5) * 5, "second")}`;
  if (seconds < 3300) return `about ${count(Math.round(seconds / 60), "minute")}`;
  return `about ${count(Math.round(seconds / 3600), "hour")}`;
}

/** "a, b, and c". */
export function list(words: string[]): string {
  return LIST.format(words);
}

/** "pt-BR" → "Brazilian Portuguese"; null for what is no language code. */
export function languageName(code: string): string | null {
  try {
    const name = LANGUAGE.of(code.trim().replaceAll("_", "-"));
    return name && name.toLowerCase() !== code.trim().toLowerCase() ? name : null;
  } catch {
    return null;
  }
}

/** The same for a code of the project, itself when it has no name. Cached, because a table asks for each cell. */
export function languageLabel(code: string): string {
  const known = LABELS.get(code);
  if (known !== undefined) return known;
  const label = languageName(code) ?? code;
  LABELS.set(code, label);
  return label;
}

/** At most as many as the project pages that were opened have languages. */
const LABELS = new Map<string, string>();

/** Date and time in the reader's zone. */
export function exactTime(iso: string): string {
  return EXACT.format(new Date(iso));
}

/** "Größe & Co" → "grosse-co"; empty when no letter survives. */
export function slugify(name: string): string {
  const plain = name.replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
}

/** What is wrong with an address part that a person typed; null when nothing is. */
export function slugProblem(slug: string): string | null {
  if (slug.length < 2) return "Use at least two characters.";
  return /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(slug)
    ? null
    : "Use lower-case letters, digits and single hyphens.";
}
