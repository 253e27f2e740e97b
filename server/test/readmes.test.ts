import { globSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const SERVER = "server/src";
const PAGES = [
  "*.md",
  "{contract,server,dashboard,mcp,sdk,examples,bench}/**/*.md",
  "docs/{blocks,decisions,guides}/*.md",
];
/** Where a name with a folder may begin, besides where it is said. */
const STARTS = ["", "server", SERVER, `${SERVER}/database`, "server/test", "mcp"];
/** Of every folder of its kind. */
const OF_MANY = new Set(["store.ts"]);

const ours = (globs: string[]) =>
  globSync(globs, { cwd: ROOT, exclude: (path) => basename(path) === "node_modules" });
const pages = ours(PAGES);
const sources = new Set(ours(["**/*.{ts,tsx,mjs}"]));
const names = new Set([...sources].map((path) => basename(path)));
const rooms = new Set([...sources].map((path) => dirname(path)));

test("every source file that a page names is there, below the page's folder in the server's README files", () => {
  const lines = pages.flatMap((page) =>
    namedIn(page)
      .filter((name) => !isThere(name, dirname(page)))
      .map((name) => `${page}: ${name}`),
  );
  expect(pages.length).toBeGreaterThan(40);
  expect(lines, `\n${lines.join("\n")}\n`).toEqual([]);
});

/** What stands as code and is called as a source file, or as a room of the server: `access/perform`. */
function namedIn(page: string): string[] {
  const said = [...readFileSync(join(ROOT, page), "utf8").matchAll(/`([\w.-]+(?:\/[\w.-]+)*)`/g)];
  const isRoom = (name: string) => {
    const [folder = "", ...rest] = name.split("/");
    return rest.length > 0 && !name.includes(".") && rooms.has(`${SERVER}/${folder}`);
  };
  return said.map(([, name = ""]) => name).filter((name) => /\.(ts|tsx|mjs)$/.test(name) || isRoom(name));
}

function isThere(name: string, folder: string): boolean {
  if (OF_MANY.has(name)) return true;
  if (name.includes("/")) {
    return [folder, ...STARTS].some((start) => {
      const path = join(start, name);
      return sources.has(path) || sources.has(`${path}.ts`) || rooms.has(path);
    });
  }
  if (!folder.startsWith(`${SERVER}/`)) return names.has(name);
  return [...sources].some((path) => path.startsWith(`${folder}/`) && basename(path) === name);
}
