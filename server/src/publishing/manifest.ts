import { type Manifest, publishedCode, publishedNamespace, publishedPath } from "@parlance/contract/cdn";
import type { PublishedRelease } from "../pending/published-release.ts";
import { iso } from "../platform/clock.ts";
import { languageCountry, languageName, nativeLanguageName } from "../projects/language-code.ts";

/**
 * Makes the file that clients read first (CDN contract §2). Pure.
 *
 * @param base `{CDN_URL}/{org}/{project}` and the tree within; absolute, because the command line client downloads
 *   `files[].url` as it is
 */
export function manifestOf(release: PublishedRelease, projectSlug: string, base: string): Manifest {
  const modified = lastModifiedByCode(release);
  const manifest: Manifest = {
    projectSlug,
    sourceLanguage: publishedCode(release.sourceLanguage),
    updatedAt: iso(release.createdAt),
    release: release.number,
    languages: [...release.languages.values()].map(({ code, valueCount }) => ({
      code: publishedCode(code),
      name: languageName(code),
      nativeName: nativeLanguageName(code),
      flagUrl: null,
      countryCode: languageCountry(code),
      isSource: code === release.sourceLanguage,
      lastUpdated: iso(modified.get(publishedCode(code)) ?? release.createdAt),
      keyCount: valueCount,
    })),
    files: Object.fromEntries(
      [...release.languages.keys()].map((code) => [
        publishedCode(code),
        {
          url: `${base}/${publishedPath.locale(code)}`,
          size: release.files.get(publishedPath.locale(code))?.size ?? 0,
          lastModified: iso(modified.get(publishedCode(code)) ?? release.createdAt),
        },
      ]),
    ),
  };
  if (release.namespaces?.length) {
    manifest.namespaces = release.namespaces.map(publishedNamespace);
    manifest.batch = true;
  }
  return manifest;
}

/** A locale changed when any of its files did: clients keep namespace files under the locale's version. */
function lastModifiedByCode({ files }: PublishedRelease): Map<string, number> {
  const modified = new Map<string, number>();
  for (const [path, file] of files) {
    const code = path.slice(0, path.indexOf("/"));
    modified.set(code, Math.max(modified.get(code) ?? 0, file.lastModified));
  }
  return modified;
}
