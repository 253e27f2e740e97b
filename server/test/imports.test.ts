import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { FILE_FORMAT_IDS } from "@parlance/contract/formats";
import { describe, expect, test } from "vitest";

/**
 * Who may import whom. Each entry of a list may import the entries before it; everybody may import its own
 * folder and `contract/`. A new folder takes its place here first.
 */
const BASE = ["platform", "database", "context.ts", "work"];
const FEATURES = [
  ...["audit", "webhooks", "accounts", "organizations", "projects", "history", "texts"],
  ...["keys", "values", "languages", "namespaces", "changesets"],
  ...["glossary", "memory", "exports", "review", "pending", "publishing"],
];
/** Features beside that line: base and pure folders, and of the features only these. */
const BESIDE: Record<string, string[]> = {
  installations: ["audit", "webhooks", "accounts", "organizations", "projects"],
  "api-keys": ["audit", "webhooks", "accounts", "organizations", "projects"],
  apps: ["audit", "webhooks", "accounts", "organizations", "installations"],
  content: ["audit", "webhooks", "accounts", "organizations", "projects", "history"],
  cdn: ["publishing"],
  pages: [],
  imports: [
    ...["audit", "webhooks", "accounts", "organizations", "projects", "history", "texts"],
    ...["installations", "api-keys"],
  ],
  connections: ["accounts", "installations", "apps"],
  syncs: [...FEATURES, "imports"],
};
const PURE = ["messages", "formats"];
const ABOVE = [["oauth"], ["access"], ["rest", "rpc", "mcp"], ["reference"], ["guides"]];
const TOP = ["sample", "handlers.ts", "health.ts", "workers.ts", "app.ts", "cli.ts", "main.ts"];

/** Outside the server: what each part may import besides itself, npm packages and Node's modules. */
const PARTS: Record<string, { knows: string[]; packages?: string[] }> = {
  contract: { knows: [], packages: ["zod"] },
  server: { knows: ["contract"] },
  dashboard: { knows: ["contract"] },
  mcp: { knows: [] },
  sdk: { knows: ["contract"] },
  /** What partners run, on any runtime: the Web's own functions, and nothing from npm or Node. */
  "sdk/src": { knows: ["sdk", "contract"], packages: [] },
  examples: { knows: ["sdk"] },
  bench: { knows: ["contract", "server"] },
  docs: { knows: ["contract", "server", "sdk"] },
};

const ROOT = join(import.meta.dirname, "..", "..");
const SERVER = serverTable();

describe("imports", () => {
  test("arrows point one way, and a store.ts is private to its folder", () => {
    const lines = sourceFiles().flatMap(offencesIn);
    expect(lines, `\n${lines.join("\n")}\n`).toEqual([]);
  });

  test.each([
    ["contract/src/scopes.ts", "zod", true],
    ["contract/src/scopes.ts", "./errors.ts", true],
    ["contract/src/scopes.ts", "node:crypto", false],
    ["contract/src/scopes.ts", "../../server/src/context.ts", false],
    ["dashboard/src/api.ts", "@parlance/contract/scopes", true],
    ["dashboard/src/api.ts", "../../server/src/context.ts", false],
    ["examples/web-partner/src/main.ts", "@parlance/contract/scopes", false],
    ["mcp/src/main.ts", "@modelcontextprotocol/client", true],
    ["mcp/src/main.ts", "@parlance/contract/scopes", false],
    ["sdk/src/table.ts", "@parlance/contract/operations", true],
    ["sdk/src/client.ts", "./table.ts", true],
    ["sdk/src/random.ts", "node:crypto", false],
    ["sdk/src/client.ts", "zod", false],
    ["sdk/src/client.ts", "../../server/src/platform/clock.ts", false],
    ["sdk/build/build.ts", "rolldown", true],
    ["bench/rows/refresh.ts", "../../server/src/oauth/families.ts", true],
    ["bench/rows/refresh.ts", "../../server/src/oauth/store-families.ts", false],
    ["server/src/oauth/token.ts", "../../../bench/support/row.ts", false],
    ["server/src/keys/keys.ts", "./store.ts", true],
    ["server/src/keys/keys.ts", "../projects/projects.ts", true],
    ["server/src/keys/keys.ts", "../projects/store.ts", false],
    ["server/src/installations/revoke.ts", "../apps/store-secrets.ts", false],
    ["server/src/projects/projects.ts", "../keys/keys.ts", false],
    ["server/src/texts/apply-plan.ts", "../history/record-changeset.ts", true],
    ["server/src/history/record-changeset.ts", "../texts/plan.ts", false],
    ["server/src/texts/apply-plan.ts", "../keys/create-keys.ts", false],
    ["server/src/keys/create-keys.ts", "../texts/apply-plan.ts", true],
    ["server/src/keys/create-keys.ts", "../texts/store-writes.ts", false],
    ["server/src/changesets/revert-changeset.ts", "../texts/apply-plan.ts", true],
    ["server/src/keys/keys.ts", "../messages/parse.ts", true],
    ["server/src/publishing/publish.ts", "../pending/plans.ts", true],
    ["server/src/publishing/publish.ts", "../pending/store-plans.ts", false],
    ["server/src/pending/plans.ts", "../publishing/publish.ts", false],
    ["server/src/syncs/tools.ts", "../publishing/view.ts", true],
    ["server/src/syncs/tools.ts", "../imports/view.ts", true],
    ["server/src/syncs/tools.ts", "../imports/store.ts", false],
    ["server/src/publishing/publish.ts", "../syncs/job.ts", false],
    ["server/src/imports/receive.ts", "../syncs/job.ts", false],
    ["server/src/messages/parse.ts", "../platform/clock.ts", false],
    ["server/src/installations/revoke.ts", "../keys/keys.ts", false],
    ["server/src/platform/log.ts", "../database/open.ts", false],
    ["server/src/context.ts", "./database/open.ts", true],
    ["server/src/imports/worker.ts", "../work/claimed.ts", true],
    ["server/src/work/claimed.ts", "../imports/worker.ts", false],
    ["server/src/oauth/token.ts", "../installations/approve.ts", true],
    ["server/src/oauth/token.ts", "../access/perform.ts", false],
    ["server/src/rest/routes.ts", "../mcp/routes.ts", false],
    ["server/src/app.ts", "./rest/routes.ts", true],
    ["server/src/app.ts", "./main.ts", false],
    ["server/src/nowhere/file.ts", "./other.ts", true],
    ["server/src/nowhere/file.ts", "../keys/keys.ts", false],
  ])("%s → %s: %s", (from, to, allowed) => {
    expect(offence(from, to) === undefined).toBe(allowed);
  });
});

describe("formats", () => {
  test("are named in their table and by their readers and writers, and everybody else asks the table", () => {
    const lines = sourceFiles().flatMap((file) => formatsNamedIn(file));
    expect(lines, `\n${lines.join("\n")}\n`).toEqual([]);
  });

  test.each([
    ["server/src/exports/export-file.ts", 'format === "ndjson"', true],
    ["dashboard/src/pages/project/imports/export-card.tsx", "format === 'json_flat'", true],
    ["server/src/exports/export-file.ts", '"application/x-ndjson"', false],
    ["contract/src/formats.ts", 'const DEFAULT = "json_nested"', false],
    ["server/src/formats/json.ts", '"json_nested"', false],
    ["server/src/imports/imports.test.ts", 'format: "ndjson"', false],
    ["bench/rows/import.ts", 'format: "ndjson"', false],
  ])("%s with %s: %s", (file, source, isNamed) => {
    expect(formatsNamedIn(file, source).length > 0).toBe(isNamed);
  });
});

/** One line per import that breaks a rule, in the form an editor can jump to. Tests may import what they please. */
function offencesIn(file: string): string[] {
  if (isTest(file)) return [];
  return importsOf(readFileSync(join(ROOT, file), "utf8")).flatMap(({ line, to }) => {
    const why = offence(file, to);
    return why ? [`${file}:${line} imports "${to}": ${why}`] : [];
  });
}

/** One line per format that the product names where it should ask the table. Clients may name what they send. */
function formatsNamedIn(file: string, source = readFileSync(join(ROOT, file), "utf8")): string[] {
  const isProduct = /^(contract|server|dashboard)\/src\//.test(file) && !isTest(file);
  if (!isProduct || /^contract\/src\/formats\.ts$|^server\/src\/formats\//.test(file)) return [];
  const literal = new RegExp(`(["'\`])(${FILE_FORMAT_IDS.join("|")})\\1`);
  return source.split("\n").flatMap((text, at) => {
    const id = literal.exec(text)?.[2];
    return id ? [`${file}:${at + 1} names the format ${id}`] : [];
  });
}

function isTest(file: string): boolean {
  return /\.test\.tsx?$|\/test\//.test(file);
}

/** The rule that an import breaks, or undefined. Paths are relative to the repository, with `/`. */
function offence(from: string, specifier: string): string | undefined {
  const part = from.split("/")[0] ?? "";
  const { knows, packages } = PARTS[from.split("/", 2).join("/")] ?? PARTS[part] ?? { knows: [] };
  const to = target(from, specifier);
  if (!to) {
    const isFree =
      !packages || packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
    return isFree ? undefined : `${part} imports only ${[...packages, "itself"].join(" and ")}`;
  }
  const toPart = to.split("/")[0] ?? "";
  if (toPart !== part && !knows.includes(toPart)) return `${part} knows ${knows.join(", ") || "nobody else"}`;
  if (/^store(-.+)?\.ts$/.test(posix.basename(to)) && !from.startsWith(`${posix.dirname(to)}/`)) {
    return "a store.ts is private to its folder";
  }
  return part === "server" && toPart === part ? offenceInServer(roomOf(from), roomOf(to)) : undefined;
}

function offenceInServer(from: string, to: string): string | undefined {
  if (from === to) return undefined;
  const allowed = SERVER.get(from);
  if (!allowed) return `${from} has no place in the table of ${relative(ROOT, import.meta.filename)}`;
  return allowed.includes(to)
    ? undefined
    : `${from} may import ${allowed.join(", ") || "nothing of the server"}`;
}

/** For each folder and top-level file of server/src, the ones it may import. */
function serverTable(): Map<string, string[]> {
  const table = new Map<string, string[]>(PURE.map((name) => [name, []]));
  for (const [at, name] of BASE.entries()) table.set(name, BASE.slice(0, at));
  for (const [at, name] of FEATURES.entries()) table.set(name, [...BASE, ...PURE, ...FEATURES.slice(0, at)]);
  for (const [name, features] of Object.entries(BESIDE)) table.set(name, [...BASE, ...PURE, ...features]);
  for (const layer of [...ABOVE, ...TOP.map((name) => [name])]) {
    const below = [...table.keys()];
    for (const name of layer) table.set(name, below);
  }
  return table;
}

/** `server/src/keys/store.ts` is in `keys`; `server/src/app.ts` is a room of its own. */
function roomOf(path: string): string {
  return path.split("/")[2] ?? "";
}

/** Where an import leads within the repository; undefined for packages and Node's modules. */
function target(from: string, specifier: string): string | undefined {
  if (specifier.startsWith(".")) return posix.join(posix.dirname(from), specifier);
  const own = /^@parlance\/([^/]+)(?:\/(.*))?$/.exec(specifier);
  return own ? `${own[1]}/src/${own[2] ?? "index"}.ts` : undefined;
}

function importsOf(source: string): { line: number; to: string }[] {
  const statement =
    /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*"([^"]+)"|^\s*import\s+"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...source.matchAll(statement)].map((match) => ({
    line: source.slice(0, match.index + match[0].length).split("\n").length,
    to: match[1] ?? match[2] ?? match[3] ?? "",
  }));
}

function sourceFiles(): string[] {
  const parts = Object.keys(PARTS).filter((part) => !part.includes("/"));
  const folders = parts.flatMap((part) => filesBelow(join(ROOT, part)));
  return folders.filter((file) => /\.tsx?$/.test(file)).sort();
}

function filesBelow(folder: string): string[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return entries.flatMap((entry) => {
    if (["node_modules", "dist", "dist-next", "dist-old"].includes(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [relative(ROOT, path).split(sep).join("/")];
  });
}
