import type { Manifest } from "@parlance/contract/cdn";

/** Between two rounds: what is read also needs the processor to be written. */
const BREATH_MS = 15;

/** What a reader that never stops saw of a project in which every text of release n is `n`. */
interface CdnReader {
  /** The newest release that each round through all files saw, oldest first. */
  seen: number[];
  /** Answers that do not belong together. */
  wrong: string[];
  /** Resolves once a round that began from now on saw the release. Throws after `withinMs`. */
  until(release: number, withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Polls every file of the manifest, below the moving paths and in the fixed tree of the release that it names. One
 * answer holds one release; an older one never follows a newer one; a fixed tree is all of its release.
 * `tree` is the address of the project's files.
 */
export function readAllFiles(tree: string): CdnReader {
  const seen: number[] = [];
  const wrong: string[] = [];
  let reading = true;

  const round = async () => {
    const manifest = await published<Manifest>(`${tree}/manifest.json`);
    const fixed = `@${manifest.release}/`;
    let newest = manifest.release;
    for (const file of filesOf(manifest)) {
      const moving = await releasesIn(file);
      if (moving.some((release) => release !== moving[0])) wrong.push(`${file}: ${moving}`);
      if ((moving[0] as number) < newest) wrong.push(`${file}: ${moving[0]} after ${newest}`);
      newest = Math.max(newest, ...moving);
      const pinned = await releasesIn(fixed + file);
      if (pinned.some((release) => release !== manifest.release)) wrong.push(`${fixed}${file}: ${pinned}`);
    }
    seen.push(newest);
  };

  const releasesIn = async (file: string) => {
    const releases = leavesOf(await published(`${tree}/${file}`)).map(Number);
    if (releases.length === 0) wrong.push(`${file}: empty`);
    return releases;
  };

  const over = (async () => {
    while (reading) {
      await round();
      await pause(BREATH_MS);
    }
  })();
  // Whoever awaits it hears of a failure; until then it must not end the process.
  over.catch(() => {});

  return {
    seen,
    wrong,
    async until(release, withinMs) {
      // The round under way began before.
      const from = seen.length + 1;
      const failed = over.then(() => {});
      for (const end = performance.now() + withinMs; performance.now() < end; ) {
        if (seen.indexOf(release, from) >= 0) return;
        await Promise.race([failed, pause(BREATH_MS)]);
      }
      throw new Error(`release ${release} was not seen within ${withinMs} ms: ${new Set(seen)}`);
    },
    async stop() {
      reading = false;
      await over;
    },
  };
}

function filesOf({ files, namespaces = [], batch }: Manifest): string[] {
  return Object.keys(files).flatMap((code) => [
    `${code}.json`,
    `${code}/translations.json`,
    ...namespaces.map((name) => `${code}/${name}.json`),
    ...(batch ? [`${code}/batch.json?ns=${namespaces}`] : []),
  ]);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function leavesOf(value: unknown): unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [value];
}

async function published<Body>(url: string): Promise<Body> {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Body;
}
