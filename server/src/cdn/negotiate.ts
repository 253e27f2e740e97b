import { memoize } from "../platform/memoize.ts";

export type Encoding = "br" | "gzip" | "identity";

/** Browsers send a handful of different headers. */
const MOST_HEADERS = 200;

/** The best of our encodings that Accept-Encoding allows (RFC 9110 §12.5.3); plain when it allows none of them. */
export function chooseEncoding(header: string | undefined): Encoding {
  return header ? chooseAmong(header) : "identity";
}

const chooseAmong = memoize((header): Encoding => {
  const weights = new Map<string, number>();
  for (const part of header.split(",")) {
    const [name = "", ...parameters] = part.split(";");
    weights.set(name.trim().toLowerCase(), weightOf(parameters));
  }
  const weight = (name: Encoding) =>
    weights.get(name) ?? weights.get("*") ?? (name === "identity" ? Number.MIN_VALUE : 0);
  const best = (["br", "gzip", "identity"] as const).reduce((a, b) => (weight(b) > weight(a) ? b : a));
  return weight(best) > 0 ? best : "identity";
}, MOST_HEADERS);

function weightOf(parameters: readonly string[]): number {
  for (const parameter of parameters) {
    const [name = "", value = ""] = parameter.split("=");
    if (name.trim().toLowerCase() === "q") return Number(value.trim()) || 0;
  }
  return 1;
}

/** Whether If-None-Match names the representation, compared weakly (RFC 9110 §13.1.2). */
export function matchesEtag(header: string | undefined, etag: string): boolean {
  if (!header) return false;
  if (header === etag) return true;
  return header.split(",").some((part) => {
    const tag = part.trim();
    return tag === "*" || tag === etag || (tag.startsWith("W/") && tag.slice(2) === etag);
  });
}
