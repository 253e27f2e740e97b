import { GUIDE_PATHS } from "./guides.ts";

/** Folders and files of the repository that a guide may lead to; each is text that a reader would copy. */
const SOURCES =
  /^((examples|sdk\/create\/template)\/[\w./-]+\.(ts|tsx|js|json|md|html|css)|(mcp|sdk)\/README\.md)$/;

/**
 * Where a link of a guide leads on the server: other guides and their headings, sources that are shown as text, what the
 * server answers itself, and addresses elsewhere. Throws for anything else: a guide's link would lead nowhere.
 */
export function linkTarget(href: string): string {
  if (/^(#|https?:\/\/)/.test(href)) return href;
  if (/^\/(docs\/api|api\/openapi\.json|llms\.txt|llms-full\.txt)$/.test(href)) return href;
  const guide = /^([a-z-]+)\.md(#[\w-]+)?$/.exec(href);
  if (guide) return `${GUIDE_PATHS.start}/${guide[1]}${guide[2] ?? ""}`;
  const source = sourceOf(href);
  if (source) return sourcePath(source);
  throw new Error(`A guide links to ${href}, which the server does not show.`);
}

/** The file of the repository that a link leads to, by its path from the root; undefined for links of other kinds. */
export function sourceOf(href: string): string | undefined {
  const path = href.startsWith("../../") ? href.slice("../../".length) : "";
  return isSource(path) ? path : undefined;
}

export function isSource(path: string): boolean {
  return SOURCES.test(path) && !path.split("/").some((part) => part.startsWith("."));
}

export function sourcePath(file: string): string {
  return `${GUIDE_PATHS.source}/${file}`;
}
