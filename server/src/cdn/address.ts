import { DEFAULT_CHANNEL, publishedCode, publishedPath, publishedTree } from "@parlance/contract/cdn";
import type { Tree } from "../publishing/published.ts";

/** What a path below the CDN's base names. */
export interface Address {
  project: { id: string } | { organizationSlug: string; slug: string };
  /** The same project as text, for cache keys. */
  projectKey: string;
  /** Project and tree as text, for cache keys. */
  treeKey: string;
  tree: Tree;
  /** What stands in addresses for the tree: `@preview/`, or nothing for the default channel. */
  treePath: string;
  /** Path inside the release, or the manifest. */
  path: string;
  /** For `batch.json`: the namespaces as they are published, sorted, each once. */
  batch?: readonly string[];
  /** For `?since=`: answers only what differs from the release of this number; all of the file since 0. */
  since?: number;
}

const LONGEST_PATH = 1000;
const LONGEST_QUERY = 8000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SLUG = /^[a-z0-9-]{1,60}$/;
const CHANNEL = /^@[a-z][a-z0-9-]{0,59}$/;
const RELEASE = /^[1-9][0-9]{0,8}$/;
const SINCE = /^(?:0|[1-9][0-9]{0,8})$/;
const PRODUCTION = { tree: { channel: DEFAULT_CHANNEL }, treePath: "" } as const;

/** Whether its body is not a published file but is made of some, of as many as strangers care to ask for. */
export function isMade({ batch, since }: Address): boolean {
  return batch !== undefined || since !== undefined;
}

/**
 * Parses `{org}/{project}/…` or `{uuid}/…`, then perhaps `@{channel or release}/…`, percent-decoded; locales and slugs
 * may be in any case. Undefined when no published file can have this address.
 */
export function parseAddress(path: string, query?: string): Address | undefined {
  if (path.length > LONGEST_PATH) return undefined;
  const segments = decode(path)?.split("/");
  if (!segments) return undefined;
  // An obsolete address (CDN contract §1); no organization can be called so.
  if (segments[0] === "v1") segments.shift();
  const [first = "", second = ""] = segments.map((segment) => segment.toLowerCase());
  if (UUID.test(first)) return inProject({ id: first }, first, segments.slice(1), query);
  if (!SLUG.test(first) || !SLUG.test(second)) return undefined;
  const project = { organizationSlug: first, slug: second };
  return inProject(project, `${first}/${second}`, segments.slice(2), query);
}

function inProject(
  project: Address["project"],
  projectKey: string,
  rest: readonly string[],
  query: string | undefined,
): Address | undefined {
  const tree = rest[0]?.startsWith("@") ? treeOf(rest[0].toLowerCase()) : PRODUCTION;
  const path = tree && pathOf(rest[0]?.startsWith("@") ? rest.slice(1) : rest);
  if (!path) return undefined;
  const address = { project, projectKey, treeKey: `${projectKey}/${tree.treePath}`, ...tree, path };
  if (path === publishedPath.manifest) return address;
  const isBatch = path.endsWith("/batch.json");
  if (query === undefined) return isBatch ? undefined : address;
  if (query.length > LONGEST_QUERY) return undefined;
  const fields = new URLSearchParams(query);
  if (isBatch) {
    const names = fields.get("ns")?.split(",").filter(Boolean) ?? [];
    return names.length === 0 ? undefined : { ...address, batch: [...new Set(names)].sort() };
  }
  const since = fields.get("since");
  if (since === null) return address;
  return SINCE.test(since) ? { ...address, since: Number(since) } : undefined;
}

function treeOf(segment: string): Pick<Address, "tree" | "treePath"> | undefined {
  const name = segment.slice(1);
  if (RELEASE.test(name))
    return { tree: { release: Number(name) }, treePath: publishedTree.release(Number(name)) };
  if (name === DEFAULT_CHANNEL) return PRODUCTION;
  if (!CHANNEL.test(segment)) return undefined;
  return { tree: { channel: name }, treePath: publishedTree.channel(name) };
}

function pathOf(rest: readonly string[]): string | undefined {
  const name = rest.at(-1);
  if (!name?.endsWith(".json")) return undefined;
  const stem = name.slice(0, -".json".length);
  if (rest.length === 1) return name === publishedPath.manifest ? name : publishedPath.locale(stem);
  if (rest.length !== 2) return undefined;
  // Where the command line client looks when a manifest has no address for a locale (CDN contract §1).
  if (rest[0] === "translations") return publishedPath.locale(stem);
  return `${publishedCode(rest[0] ?? "")}/${name}`;
}

function decode(path: string): string | undefined {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
