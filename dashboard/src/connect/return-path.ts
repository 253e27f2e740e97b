const LONGEST = 2000;

/**
 * Where to go after signing in: the given path when it certainly stays on this origin, else the dashboard.
 * Refuses schemes, `//host`, backslashes and control characters, before and after the browser's own normalization
 * (`/.//host` becomes `//host`).
 */
export function returnPath(requested: string | null | undefined, origin = location.origin): string {
  if (!requested || requested.length > LONGEST || !isPlainPath(requested)) return "/";
  let url: URL;
  try {
    url = new URL(requested, origin);
  } catch {
    return "/";
  }
  const path = url.pathname + url.search + url.hash;
  return url.origin === origin && isPlainPath(path) ? path : "/";
}

/** The address of another page that leads back to the same place. */
export function withReturn(page: string, next: string): string {
  return next === "/" ? page : `${page}?next=${encodeURIComponent(next)}`;
}

/** Whether a link that the server gave may be put on a button: a page of ours, a web address, or an app's own scheme. */
export function isLink(url: string | null | undefined): url is string {
  if (!url) return false;
  if (isPlainPath(url)) return true;
  return URL.canParse(url) && !/^(javascript|data|vbscript|blob|file|about):/i.test(new URL(url).protocol);
}

function isPlainPath(path: string): boolean {
  return /^\/(?![/\\])[^\\\p{Cc}\s]*$/u.test(path);
}
