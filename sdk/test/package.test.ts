import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** What is shipped, in a folder that has nothing else. */
const ROOT = join(import.meta.dirname, "..", "..");
const PACKAGE = join(ROOT, "sdk");
const PATIENT = { timeout: 120_000 };
const MOST_BYTES = 15_000;
const folder = mkdtempSync(join(tmpdir(), "parlance-sdk-"));
const installed = join(folder, "node_modules", "@parlance", "sdk");
const run = promisify(execFile);
let tarballPath: string;
let paths: string[];

beforeAll(async () => {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: PACKAGE });
  const answer: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  const [packed] = (Array.isArray(answer) ? answer : Object.values(answer as object)) as [
    { filename: string; files: { path: string }[] },
  ];
  paths = packed.files.map(({ path }) => path);
  const [file = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  tarballPath = join(folder, file);
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }');
  await run("npm", ["install", "--offline", "--no-audit", "--no-fund", `./${file}`], { cwd: folder });
}, PATIENT.timeout);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of a partner, bundled and made small as it would be sent. */
async function bundled(program: string): Promise<string> {
  const entry = join(folder, "entry.js");
  writeFileSync(entry, program);
  const bundle = await rolldown({ input: entry, cwd: folder });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  return output.map((chunk) => ("code" in chunk ? chunk.code : "")).join("");
}

const sizeOf = (code: string) => gzipSync(code, { level: 9 }).length;

describe("the package", () => {
  test("holds modules, declarations and its words for people, and needs no other package", () => {
    const others = paths.filter((path) => !/^dist\/[\w-]+(\/[\w-]+)*(\.js|\.d\.ts)$/.test(path));
    expect(others.sort()).toEqual(["README.md", "package.json"]);
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(installed, "package.json"), "utf8"),
    );
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
    const modules = paths.filter((path) => path.startsWith("dist/"));
    for (const path of modules) {
      const imports = readFileSync(join(installed, path), "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g);
      for (const [, to] of imports) expect(to, path).toMatch(/^\.{1,2}\/.+\.js$/);
    }
  });

  test("is what publint asks of a package", async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: arrayBuffer(readFileSync(tarballPath)) },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("has types that every resolution finds which can import a module (attw)", PATIENT, async () => {
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", ATTW, tarballPath], {
      cwd: PACKAGE,
    });
    const problems: { kind: string; resolutionKind?: string }[] = JSON.parse(stdout);
    // An ES module is no CommonJS, and Node 10 knows no exports.
    const known = ["CJSResolvesToESM", "NoResolution"];
    expect(problems.filter(({ kind }) => !known.includes(kind))).toEqual([]);
    const unresolved = problems.filter(({ kind }) => kind === "NoResolution");
    expect(new Set(unresolved.map(({ resolutionKind }) => resolutionKind))).toEqual(new Set(["node10"]));
  });

  test(`is less than ${MOST_BYTES / 1000} kB, all of it, minified and packed`, async () => {
    const all = 'export * from "@parlance/sdk"; export * from "@parlance/sdk/stores";';
    const size = sizeOf(await bundled(all));
    console.log(`sdk: ${size} bytes for everything, minified and gzip`);
    expect(size).toBeLessThan(MOST_BYTES);
  });

  test("leaves out of a program what that does not use", async () => {
    const cdn = await bundled('import { createCdn } from "@parlance/sdk"; console.log(createCdn);');
    console.log(`sdk: ${sizeOf(cdn)} bytes for createCdn alone`);
    expect(cdn).not.toMatch(/oauth-client|refresh_token|keys\.list/);
    expect(sizeOf(cdn)).toBeLessThan(3500);
    const stores = await bundled('import { sqlStore } from "@parlance/sdk/stores"; console.log(sqlStore);');
    expect(sizeOf(stores)).toBeLessThan(1500);
    const nothing = await bundled('import "@parlance/sdk";');
    expect(nothing.trim()).toBe("");
  });

  test("runs on the oldest Node of this computer, from 20 on", async () => {
    const program = `
      import { createParlance, memoryStore, SettingsError } from "@parlance/sdk";
      import { kvStore, memoryKv, sqlStore } from "@parlance/sdk/stores";
      const answer = { issuer: "https://parlance.test", authorization_endpoint: "https://parlance.test/authorize" };
      const parlance = createParlance({
        url: "https://parlance.test", clientId: "app_1", redirectUri: "https://partner.test/callback",
        store: kvStore(memoryKv()), fetch: async () => Response.json(answer),
      });
      const url = new URL(await parlance.authorizeUrl({ userId: "user" }));
      try { createParlance({}); } catch (error) { console.log(error instanceof SettingsError, error.message); }
      console.log(url.searchParams.get("code_challenge").length, typeof sqlStore, typeof parlance.client("x").keys.list.each);`;
    writeFileSync(join(folder, "program.js"), program);
    const { stdout } = await run(oldestNode(), ["program.js"], { cwd: folder });
    expect(stdout).toBe("true url is missing.\n43 function function\n");
  });
});

describe("its types", () => {
  test(
    "check a program, with nothing else installed but the types of the Web or of Node",
    PATIENT,
    async () => {
      expect(await faultsOf(GOOD, { lib: ["ES2023", "DOM", "DOM.AsyncIterable"] })).toEqual([]);
      const types = { types: ["node"], typeRoots: [join(ROOT, "node_modules", "@types")] };
      expect(await faultsOf(GOOD, { lib: ["ES2023"], ...types, module: "nodenext" })).toEqual([]);
    },
  );

  test("refuse what the server would refuse", PATIENT, async () => {
    const faults = await faultsOf(BAD, { lib: ["ES2023", "DOM", "DOM.AsyncIterable"] });
    const lines = BAD.split("\n").flatMap((line, at) => (line.includes("// wrong") ? [at + 1] : []));
    expect(faults.map((fault) => Number(/\((\d+),/.exec(fault)?.[1]))).toEqual(lines);
  });

  test("are those of the contract", PATIENT, async () => {
    const faults = await faultsOf(sameTypes(), {
      lib: ["ES2024"],
      types: ["node"],
      strict: true,
      ...CONTRACT,
    });
    expect(faults).toEqual([]);
  });
});

/** In a process of its own, because the runner of tests asks for the sources of packages, which Node does not run. */
const ATTW = `
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
const result = await checkPackage(createPackageFromTarballData(readFileSync(process.argv[1])));
console.log(JSON.stringify(result.types ? result.problems : [{ kind: "Untyped" }]));
`;

const CONTRACT = {
  ...{ typeRoots: [join(ROOT, "node_modules", "@types")], module: "nodenext", skipLibCheck: true },
  ...{ allowImportingTsExtensions: true, exactOptionalPropertyTypes: false },
};

const GOOD = `
import { createCdn, createClient, createParlance, type Connection, type Input, memoryStore, MissingScopeError, type Output } from "@parlance/sdk";
import { kvStore, memoryKv, sqlStore, SQL_SCHEMA } from "@parlance/sdk/stores";

const parlance = createParlance({
  url: "https://parlance.test", clientId: "app_1", redirectUri: "https://partner.test/", scopes: ["keys:read"],
  store: sqlStore(async (statement, parameters) => [{ statement, parameters, SQL_SCHEMA }]), installationStore: memoryKv(),
});
export async function work(id: string, signal: AbortSignal): Promise<string[]> {
  const [connection]: readonly Connection[] = await parlance.callback({ userId: "u", url: "/callback?code=x" });
  const client = parlance.client(connection?.id ?? id, { scopes: ["keys:read"] });
  const me = await client.me();
  const names: string[] = [me.user.name];
  for await (const key of client.keys.list.each({ projectId: "p", status: "approved" }, { signal })) names.push(key.name);
  const asked: Input<"keys.create"> = { projectId: "p", keys: [{ name: "greeting", values: { en: "Hello" } }] };
  const made: Output<"keys.create"> = await client.keys.create(asked, { dryRun: true });
  const file: Response = await client.exports.get({ projectId: "p", format: "ndjson" });
  await client.imports.upload({ projectId: "p", importId: "i", content: await file.text() });
  await client.channels.delete({ projectId: "p", channel: "next" });
  const page = await client.organizations.list();
  const config = await parlance.mcp(id, { signal });
  return [...names, made.items[0]?.id ?? "", ...page.items.map(({ slug }) => slug), config.cursor.mcpServers.parlance?.url ?? ""];
}
export const others = [kvStore(memoryKv()), memoryStore(), createClient({ url: "https://parlance.test", key: "bi-x" })];
export const manifest = createCdn({ url: "https://cdn.test/a/b" }).manifest().then(({ languages }) => languages[0]?.code);
export const scope = (error: unknown) => error instanceof MissingScopeError && error.scope === "keys:read" && error.code;
`;

const BAD = `
import { createParlance, memoryStore } from "@parlance/sdk";
const base = { url: "https://parlance.test", clientId: "app_1", redirectUri: "https://partner.test/", store: memoryStore() };
createParlance({ ...base, scopes: ["keys:raed"] }); // wrong
const client = createParlance(base).client("x");
client.keys.lst({ projectId: "p" }); // wrong
client.keys.list({}); // wrong
client.keys.list({ projectId: "p", limit: "5" }); // wrong
client.keys.get.each({ projectId: "p", keyId: "k" }); // wrong
client.values.set({ projectId: "p", values: [{ key: { name: "a" }, language: "de" }] }); // wrong
client.installations.mint({ grantId: "g" }); // wrong
`;

/** A program that compiles only if every operation of the package is sent and answered what the contract says. */
function sameTypes(): string {
  const source = join(PACKAGE, "src", "contract.ts");
  return `
import type { Operations as Shipped, Manifest, Scope, ErrorCode, FieldError, FileContent } from "@parlance/sdk";
import type * as Ours from ${JSON.stringify(source)};
type Source = Ours.Operations;
type Is<From, To> = [From] extends [To] ? true : [From, "is no", To];
type Both<One, Other> = Is<One, Other> extends true ? Is<Other, One> : Is<One, Other>;
type Flat<Value> = Value extends Response ? "file" : Value extends object ? { [Name in keyof Value]: Flat<Value[Name]> } : Value;
declare const names: Both<keyof Shipped, keyof Source>;
names satisfies true;
declare const outputs: { [Name in keyof Source]: Both<Flat<Shipped[Name]["output"]>, Flat<Source[Name]["output"]>> };
outputs satisfies { [Name in keyof Source]: true };
declare const inputs: { [Name in keyof Source]: Is<Shipped[Name]["input"], Source[Name]["input"]> };
inputs satisfies { [Name in keyof Source]: true };
declare const others: [Both<Manifest, Ours.Manifest>, Both<Scope, Ours.Scope>, Both<ErrorCode, Ours.ErrorCode>,
  Both<FieldError, Ours.FieldError>, Both<FileContent, Ours.FileContent>];
others satisfies true[];
`;
}

let checks = 0;

/** What the compiler says of a program in the folder where the package is installed, a line for each fault. */
async function faultsOf(program: string, options: object): Promise<string[]> {
  const name = `program-${++checks}.ts`;
  const config = `tsconfig-${checks}.json`;
  writeFileSync(join(folder, name), program);
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: "ES2023", module: "esnext", moduleResolution: undefined },
    ...{ types: [], noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, ...options },
  };
  const { module } = compilerOptions;
  const moduleResolution = module === "nodenext" ? "nodenext" : "bundler";
  writeFileSync(
    join(folder, config),
    JSON.stringify({ compilerOptions: { ...compilerOptions, moduleResolution }, files: [name] }),
  );
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  try {
    await run(process.execPath, [tsc, "-p", config, "--pretty", "false"], { cwd: folder });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: string };
    return stdout.split("\n").filter((line) => /^\S.*: error /.test(line) || line.startsWith("error "));
  }
}

function arrayBuffer({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}

/** The lowest version from 20 on that the path leads to; this one, when there is no other. */
function oldestNode(): string {
  const [oldest] = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "node"))
    .filter((path) => existsSync(path))
    .map((path) => ({
      path,
      major: Number(execFileSync(path, ["-p", "process.versions.node.split('.')[0]"])),
    }))
    .filter(({ major }) => major >= 20)
    .sort((one, other) => one.major - other.major);
  return oldest?.path ?? process.execPath;
}
