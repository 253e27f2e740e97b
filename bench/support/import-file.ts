/** What is imported and, for comparison, inserted: keys in a few hundred groups, texts with an argument in each language. */
export const LANGUAGES = ["en", "de", "fr", "es", "ja"] as const;

const WORDS =
  "the quick brown fox jumps over a lazy dog while many people watch and wonder why it does so".split(" ");

export function nameOf(index: number): string {
  return `section${index % 100}.page${Math.floor(index / 100) % 50}.text${index}`;
}

/** About as long as texts of an interface are. */
export function textOf(index: number, language: string): string {
  const words = [1, 7, 13, 3, 11].map((step) => WORDS[(index * step + step) % WORDS.length]);
  return `${language} ${words.join(" ")} {name} ${index}`;
}

/** NDJSON, a key with its texts in every language in each line. */
export function importFile(keys: number): string {
  const lines = Array.from({ length: keys }, (_, index) => {
    const values = Object.fromEntries(LANGUAGES.map((language) => [language, textOf(index, language)]));
    return `${JSON.stringify({ key: nameOf(index), values })}\n`;
  });
  return lines.join("");
}
