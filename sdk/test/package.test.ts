import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startScene } from "../../server/test/refusals/scene.ts";
import { oldestNode } from "../../server/test/support/oldest-node.ts";
import { faultsOf, NODE, SOURCES, WEB } from "./compile.ts";
import { bundled, PACKAGE, type Packed, packAndInstall, run } from "./packed.ts";
import { blocks, program } from "./readme.ts";
import { authorized } from "./real-server.ts";
import { BAD, GOOD, sameTypes } from "./type-programs.ts";

const PATIENT = { timeout: 120_000 };
const MOST_BYTES = 15_000;
let packed: Packed;

beforeAll(async () => {
  packed = await packAndInstall();
}, PATIENT.timeout);
afterAll(() => rmSync(packed.folder, { recursive: true, force: true }));

const sizeOf = (code: string) => gzipSync(code, { level: 9 }).length;

/** In a process of its own, because the runner of tests asks for the sources of packages, which Node does not run. */
const ATTW = `
import { readFileSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
const result = await checkPackage(createPackageFromTarballData(readFileSync(process.argv[1])));
console.log(JSON.stringify(result.types ? result.problems : [{ kind: "Untyped" }]));
`;

describe("the package", () => {
  test("holds modules, declarations and its words for people, and needs no other package", () => {
    const others = packed.paths.filter((path) => !/^[\w-]+(\/[\w-]+)*(\.js|\.d\.ts)$/.test(path));
    expect(others.sort()).toEqual(["README.md", "package.json"]);
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(join(packed.installed, "package.json"), "utf8"),
    );
    expect([dependencies, peerDependencies]).toEqual([undefined, undefined]);
    const modules = packed.paths.filter((path) => /\.(js|ts)$/.test(path));
    for (const path of modules) {
      const imports = readFileSync(join(packed.installed, path), "utf8").matchAll(
        /(?:from|import\()\s*"([^"]+)"/g,
      );
      // The command alone is for Node.
      const allowed = path === "doctor.js" ? /^node:/ : /^\.{1,2}\/.+\.js$/;
      for (const [, to] of imports) expect(to, path).toMatch(allowed);
    }
  });

  test("says of every public name what it is", () => {
    const declared = packed.paths.filter((path) => path.endsWith(".d.ts"));
    const text = declared.map((path) => readFileSync(join(packed.installed, path), "utf8")).join("\n");
    const entries = ["index.d.ts", join("stores", "index.d.ts")].map((path) =>
      readFileSync(join(packed.installed, path), "utf8"),
    );
    const names = entries.flatMap((entry) =>
      [...entry.matchAll(/export (?:type )?\{([^}]+)\}/g)].flatMap(([, list = ""]) =>
        list.split(",").map((name) => name.replace("type ", "").trim()),
      ),
    );
    expect(names.length).toBeGreaterThan(40);
    const silent = names.filter(
      (name) =>
        !new RegExp(`\\*/\\nexport (?:declare )?(?:class|const|function|interface|type) ${name}\\b`).test(
          text,
        ),
    );
    expect(silent).toEqual([]);
  });

  test("is what publint asks of a package", async () => {
    const { messages, pkg } = await publint({
      pack: { tarball: arrayBuffer(readFileSync(packed.tarball)) },
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  test("has types that every resolution finds which can import a module (attw)", PATIENT, async () => {
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", ATTW, packed.tarball], {
      cwd: PACKAGE,
    });
    const problems: { kind: string }[] = JSON.parse(stdout);
    // An ES module is no CommonJS.
    expect(problems.filter(({ kind }) => kind !== "CJSResolvesToESM")).toEqual([]);
  });

  test(`is less than ${MOST_BYTES / 1000} kB, all of it, minified and packed`, async () => {
    const all = 'export * from "@parlance/sdk"; export * from "@parlance/sdk/stores";';
    const size = sizeOf(await bundled(packed, all));
    console.log(`sdk: ${size} bytes for everything, minified and gzip`);
    expect(size).toBeLessThan(MOST_BYTES);
  });

  test("leaves out of a program what that does not use", async () => {
    const cdn = await bundled(packed, 'import { createCdn } from "@parlance/sdk"; console.log(createCdn);');
    console.log(`sdk: ${sizeOf(cdn)} bytes for createCdn alone`);
    expect(cdn).not.toMatch(/oauth-client|refresh_token|keys\.list/);
    expect(sizeOf(cdn)).toBeLessThan(3500);
    const stores = await bundled(
      packed,
      'import { sqlStore } from "@parlance/sdk/stores"; console.log(sqlStore);',
    );
    expect(sizeOf(stores)).toBeLessThan(1500);
    const nothing = await bundled(packed, 'import "@parlance/sdk";');
    expect(nothing.trim()).toBe("");
  });

  test("brings the doctor as a command, which runs on the oldest Node and is no part of anything else", async () => {
    const { stdout } = await run(oldestNode(), [join("node_modules", ".bin", "parlance-doctor"), "--help"], {
      cwd: packed.folder,
    });
    expect(stdout).toContain("parlance-doctor --connect");
    const all = 'export * from "@parlance/sdk"; export * from "@parlance/sdk/stores";';
    expect(await bundled(packed, all)).not.toMatch(/doctor|node:/i);
  });

  test("runs on the oldest Node of this computer, from 20 on", async () => {
    const program = `
      import { createParlance, memoryStore, SettingsError } from "@parlance/sdk";
      import { kvStore, memoryKv, sqlStore } from "@parlance/sdk/stores";
      const issuer = "https://parlance.test";
      const answer = { issuer, authorization_endpoint: issuer + "/authorize", token_endpoint: issuer + "/token" };
      const parlance = createParlance({
        url: "https://parlance.test", clientId: "app_1", redirectUri: "https://partner.test/callback",
        store: kvStore(memoryKv()), fetch: async () => Response.json(answer),
      });
      const url = new URL(await parlance.authorizeUrl({ userId: "user" }));
      try { createParlance({}); } catch (error) { console.log(error instanceof SettingsError, error.message); }
      console.log(url.searchParams.get("code_challenge").length, typeof sqlStore, typeof parlance.client("x").keys.list.each);`;
    writeFileSync(join(packed.folder, "program.js"), program);
    const { stdout } = await run(oldestNode(), ["program.js"], { cwd: packed.folder });
    expect(stdout).toBe("true url is missing.\n43 function function\n");
  });
});

describe("its types", () => {
  test("check a program where nothing else is installed but the types of the Web or of Node", async () => {
    expect(await faultsOf(packed, GOOD, WEB)).toEqual([]);
    expect(await faultsOf(packed, GOOD, NODE)).toEqual([]);
  });

  test("check what the README says", async () => {
    expect(await faultsOf(packed, program(), NODE)).toEqual([]);
    const faults = await faultsOf(packed, program().replace("missing:", "misses:"), NODE);
    expect(faults).toHaveLength(1);
  });

  test("refuse what the server would refuse", async () => {
    const faults = await faultsOf(packed, BAD, WEB);
    const lines = BAD.split("\n").flatMap((line, at) => (line.includes("// wrong") ? [at + 1] : []));
    expect(faults.map((fault) => Number(/\((\d+),/.exec(fault)?.[1]))).toEqual(lines);
  });

  test("are those of the contract", PATIENT, async () => {
    expect(await faultsOf(packed, sameTypes(), SOURCES)).toEqual([]);
  });
});

test("the first program of the README connects a user, and shows their projects", PATIENT, async () => {
  const [app = ""] = blocks("js");
  expect(app.split("\n").filter((line) => line && !line.startsWith("//")).length).toBeLessThanOrEqual(30);
  writeFileSync(join(packed.folder, "app.js"), app);
  const scene = await startScene();
  const { owner } = scene.people;
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const registered = await scene.addApp(owner, scene.organization, {
    redirectUris: [`${origin}/connect/callback`],
  });
  const partner = spawn(oldestNode(), ["app.js"], {
    cwd: packed.folder,
    env: {
      ...{ PATH: process.env.PATH, PORT: String(port), PARLANCE_URL: scene.base },
      ...{ PARLANCE_CLIENT_ID: registered.clientId, PARLANCE_CLIENT_SECRET: registered.secret ?? "" },
    },
    stdio: "inherit",
  });
  try {
    const begun = await answering(`${origin}/connect`);
    const callback = await authorized(owner.browser, begun.headers.get("location") ?? "");
    const done = await fetch(callback);
    expect([done.url, done.status]).toEqual([`${origin}/`, 200]);
    expect(await done.text()).toBe("Website\nWebsite\n");
    const refused = await fetch(`${origin}/connect/callback?code=x&state=y`);
    expect(refused.status).toBe(500);
    expect(await refused.text()).toContain("Begin again");
  } finally {
    partner.kill();
    await scene.server.close();
  }
});

/** The answer of a program that is just starting. */
async function answering(url: string): Promise<Response> {
  for (;;) {
    try {
      return await fetch(url, { redirect: "manual" });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function arrayBuffer({ buffer, byteOffset, byteLength }: Buffer): ArrayBuffer {
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength);
}
