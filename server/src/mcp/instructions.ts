/** What a model is told before it calls anything. */
export const INSTRUCTIONS = [
  "Translation projects: keys with one text per language, published as releases to a public CDN.",
  "Begin with listProjects; every other tool takes a project as organization/project. getProject shows its languages, namespaces and gaps.",
  "Find texts with getTranslations (by words in names or texts) or listKeys (by name); both page, so ask for what you need.",
  "Read getTranslationContext before you translate. Keep placeholders such as {name}, tags and plural categories of the source text.",
  "Writes are stored at once but nobody outside sees them before publishTranslations. Look at getPendingChanges first, and publish only when you were asked to.",
  "A refused call says what to change. When a permission is missing, the person has to allow it; do not try another tool for the same end.",
].join("\n");
