/** The channel that a path without `@…` means. */
export const DEFAULT_CHANNEL = "production";
/** The name of the namespace `default` in published paths and files (CDN contract §3). */
export const DEFAULT_NAMESPACE = "default";
export const DEFAULT_NAMESPACE_FILE = "translations";
/** Names that no namespace can have: `{locale}/batch.json` is another resource. */
export const RESERVED_NAMESPACES: ReadonlySet<string> = new Set(["batch"]);

/** A language code as it stands in published paths: `pt-BR` → `pt-br`. */
export function publishedCode(code: string): string {
  return code.toLowerCase().replaceAll("_", "-");
}

export function publishedNamespace(namespace: string): string {
  return namespace === DEFAULT_NAMESPACE ? DEFAULT_NAMESPACE_FILE : namespace;
}

/** Paths inside a project's tree, relative to `{CDN_URL}/{org}/{project}/`. `{locale}.json` is the same as `locale`. */
export const publishedPath = {
  batch: (code: string) => `${publishedCode(code)}/batch.json`,
  manifest: "manifest.json",
  locale: (code: string) => `${publishedCode(code)}/${DEFAULT_NAMESPACE_FILE}.json`,
  namespace: (code: string, namespace: string) =>
    `${publishedCode(code)}/${publishedNamespace(namespace)}.json`,
} as const;

/** The prefix of such a path in the tree of another channel, or of one release whatever the channels point at. */
export const publishedTree = {
  channel: (name: string) => `@${name}/`,
  release: (number: number) => `@${number}/`,
} as const;

interface FileEntry {
  url: string;
  size: number;
  /** ISO 8601; changes exactly when the content does. Clients use it as the cache version. */
  lastModified: string;
}

/**
 * `manifest.json` (CDN contract §2). A non-empty `namespaces` makes clients fetch `{locale}/{namespace}.json`, so it is
 * absent unless every one of those files exists for every locale.
 */
export interface Manifest {
  projectSlug: string;
  sourceLanguage: string;
  updatedAt: string;
  release: number;
  languages: {
    code: string;
    name: string;
    nativeName: string;
    flagUrl: string | null;
    countryCode: string | null;
    isSource: boolean;
    lastUpdated: string | null;
    keyCount: number;
  }[];
  /** The file with all namespaces of a locale, by its published code. */
  files: Record<string, FileEntry>;
  namespaces?: string[];
  /** Present when `{locale}/batch.json?ns=a,b` answers several of them at once. */
  batch?: true;
}
