import { publishedPath, publishedTree } from "@parlance/contract/cdn";
import type { Manifest } from "./contract.ts";
import { SettingsError } from "./errors.ts";
import { attempt, jsonOf, type Outside, refuse } from "./http.ts";
import { segment } from "./prepare.ts";
import { withRetries } from "./retry.ts";
import { outsideOf, serverUrl } from "./settings.ts";

/** Which published files to read. */
export interface CdnOptions {
  /** A project's files: `cdn.base` of `client.projects.get`, or `{CDN_URL}/{organization}/{project}`. */
  url: string;
  /** Another channel than production, or one release whatever the channels point at. */
  channel?: string;
  release?: number;
  timeoutMs?: number;
  fetch?: typeof fetch;
}

/** Texts as they are published: nested objects, or flat names, whose leaves are ICU messages. */
export interface Messages {
  readonly [name: string]: string | Messages;
}

/** Reads the published files of one project. */
export interface Cdn {
  /** Languages, files and release of the tree. */
  manifest(options?: { signal?: AbortSignal }): Promise<Manifest>;
  /** All texts of a language by namespace; of one namespace, without its name around them. Any case of the code. */
  messages(locale: string, namespace?: string, options?: { signal?: AbortSignal }): Promise<Messages>;
}

/** How many files are kept to ask about by their ETag. */
const MOST_KEPT = 100;

/**
 * Reads published files, for which nobody needs a token. A file that was read before is asked for by its ETag (RFC 9110
 * §13.1.2), so what has not changed is not sent again; the same object is answered then. Throws `NotFoundError` for what is
 * not published, `ServerError`, and `UnreachableError`.
 */
export function createCdn({ url, channel, release, ...options }: CdnOptions): Cdn {
  const outside = outsideOf(options);
  const base = `${serverUrl("url", url)}/${treeOf(channel, release)}`;
  const kept = new Map<string, Kept>();
  const read = <Body>(path: string, signal: AbortSignal | undefined) =>
    withRetries(() => readFile<Body>(outside, kept, { url: base + path, signal }), { signal });
  return {
    manifest: ({ signal } = {}) => read<Manifest>(publishedPath.manifest, signal),
    async messages(locale, namespace, { signal } = {}) {
      const code = segment("locale", locale);
      const path =
        namespace === undefined
          ? publishedPath.locale(code)
          : publishedPath.namespace(code, segment("namespace", namespace));
      return read<Messages>(path, signal);
    },
  };
}

/** Whoever may say which channel is read must not lead to another project's texts. */
function treeOf(channel: string | undefined, release: number | undefined): string {
  if (release !== undefined) {
    if (!(Number.isSafeInteger(release) && release > 0))
      throw new SettingsError("release is no number of one.");
    return publishedTree.release(release);
  }
  if (!channel) return "";
  if (!/^[a-z][a-z0-9-]*$/.test(channel))
    throw new SettingsError(`channel is none: ${JSON.stringify(channel)}.`);
  return publishedTree.channel(channel);
}

interface Kept {
  readonly etag: string;
  readonly body: unknown;
}

async function readFile<Body>(
  outside: Outside,
  kept: Map<string, Kept>,
  { url, signal }: { url: string; signal: AbortSignal | undefined },
): Promise<Body> {
  const known = kept.get(url);
  const headers = known && { "if-none-match": known.etag };
  return attempt(outside, { url, signal, ...(headers && { headers }) }, async (response) => {
    if (response.status === 304 && known) return known.body as Body;
    await refuse(response, outside);
    const body = await jsonOf(response, url);
    const etag = response.headers.get("etag");
    kept.delete(url);
    if (etag) kept.set(url, { etag, body });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return body as Body;
  });
}
