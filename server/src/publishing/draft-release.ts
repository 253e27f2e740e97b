import { createHash } from "node:crypto";
import { filesOfLanguage, type Pending } from "./read-pending.ts";
import type { ReleaseFile } from "./store.ts";

export interface Draft {
  languages: { code: string; revision: number; valueCount: number }[];
  files: ReleaseFile[];
  /** Content by hash, of what was built. */
  contents: Map<string, Buffer>;
  /** Languages and files whose content differs from the release before, files that are gone included. */
  changedLanguages: string[];
  changedFiles: number;
  valueCount: number;
}

/**
 * Turns what is pending into the rows of a release. Pure. A file whose content stayed keeps its `lastModified`, which
 * clients take for the version of a locale (CDN contract §2).
 */
export function draftRelease({ base, languages }: Pending, createdAt: number): Draft {
  const before = base?.files ?? new Map<string, ReleaseFile>();
  const contents = new Map<string, Buffer>();
  const files: ReleaseFile[] = [];
  const changedLanguages: string[] = [];
  for (const { code, built } of languages) {
    const own = built
      ? [...built].map(([path, bytes]) => {
          const hash = createHash("sha256").update(bytes).digest("base64url");
          contents.set(hash, bytes);
          const old = before.get(path);
          return old?.hash === hash ? old : { path, hash, lastModified: createdAt };
        })
      : filesOfLanguage(before.values(), code);
    if (own.some((file) => before.get(file.path) !== file)) changedLanguages.push(code);
    files.push(...own);
  }
  const paths = new Set(files.map((file) => file.path));
  const changed = files.filter((file) => before.get(file.path) !== file);
  const gone = [...before.keys()].filter((path) => !paths.has(path));
  return {
    languages: languages.map(({ code, revision, valueCount }) => ({ code, revision, valueCount })),
    files,
    contents,
    changedLanguages,
    changedFiles: changed.length + gone.length,
    valueCount: languages.reduce((sum, language) => sum + language.valueCount, 0),
  };
}
