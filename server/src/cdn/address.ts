import { publishedCode, publishedPath } from "@parlance/contract/cdn";

/** What a path below the CDN's base names. */
export interface Address {
  project: { id: string } | { organizationSlug: string; slug: string };
  /** The same project as text, to remember it by. */
  projectKey: string;
  /** Path inside the release, or the manifest. */
  path: string;
}

const LONGEST = 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SLUG = /^[a-z0-9-]{1,60}$/;

/**
 * `{org}/{project}/…` or `{uuid}/…`, percent-decoded; locales and slugs in any case. Undefined when no published file
 * can have this path.
 */
export function parseAddress(path: string): Address | undefined {
  if (path.length > LONGEST) return undefined;
  const segments = decode(path)?.split("/");
  if (!segments) return undefined;
  const [first = "", second = ""] = segments.map((segment) => segment.toLowerCase());
  if (UUID.test(first)) return within({ id: first }, first, segments.slice(1));
  if (!SLUG.test(first) || !SLUG.test(second)) return undefined;
  return within({ organizationSlug: first, slug: second }, `${first}/${second}`, segments.slice(2));
}

function within(
  project: Address["project"],
  projectKey: string,
  rest: readonly string[],
): Address | undefined {
  const name = rest.at(-1);
  if (!name?.endsWith(".json")) return undefined;
  if (rest.length === 1) {
    const path =
      name === publishedPath.manifest ? name : publishedPath.locale(name.slice(0, -".json".length));
    return { project, projectKey, path };
  }
  if (rest.length === 2) return { project, projectKey, path: `${publishedCode(rest[0] ?? "")}/${name}` };
  return undefined;
}

function decode(path: string): string | undefined {
  if (!path.includes("%")) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
