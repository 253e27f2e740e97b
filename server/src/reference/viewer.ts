import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const FILE = "redoc/bundles/redoc.standalone.js";
/** The one picture that the library would fetch from its makers: it would tell them of every reader. */
const FOREIGN_LOGO = /https:\/\/cdn\.redoc\.ly\/redoc\/logo-mini(?:-full)?\.svg/g;
/** The library's name in its place. */
const LOGO = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" width="36" height="12"><text y="10" font-family="sans-serif" font-size="11" fill="#5b7fff">Redoc</text></svg>`,
).replaceAll("'", "%27")}`;

/** The script of the library that shows the document (docs/decisions/0019), without its makers' address. Reads 2 MB. */
export async function readViewer(): Promise<string> {
  const script = await readFile(createRequire(import.meta.url).resolve(FILE), "utf8");
  return script.replaceAll(FOREIGN_LOGO, () => LOGO);
}
