import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { startScene } from "../../server/test/refusals/scene.ts";
import { oldestNode } from "../../server/test/support/oldest-node.ts";
import { newAgent, PATIENT, startComputer, textOf } from "./bridge.ts";

/** What is shipped: plain JavaScript for Node 20, and the entry of the MCP registry. */
const FOLDER = join(import.meta.dirname, "..");
const readJson = (name: string) => JSON.parse(readFileSync(join(FOLDER, name), "utf8"));
const packageJson = readJson("package.json");

interface Packed {
  files: { path: string }[];
}
let packed: Packed;
const destination = mkdtempSync(join(tmpdir(), "parlance-pack-"));
afterAll(() => rmSync(destination, { recursive: true, force: true }));

beforeAll(async () => {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const args = ["pack", "--json", "--pack-destination", destination];
  const { stdout } = await promisify(execFile)(npm, args, { cwd: FOLDER });
  const answer: unknown = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  [packed] = (Array.isArray(answer) ? answer : Object.values(answer as object)) as [Packed];
}, PATIENT.timeout);

test("the package holds the program, its words for people and its entry, and no test", () => {
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["README.md", "dist/main.js", "package.json", "server.json"]));
  const others = paths.filter((path) => !/^dist\/[a-z-/]+\.js$/.test(path));
  expect(others.sort()).toEqual(["README.md", "package.json", "server.json"]);
});

test("it works on the oldest Node of this computer, from 20 on", PATIENT, async () => {
  const scene = await startScene();
  const computer = await startComputer();
  const { key } = await scene.addApiKey(scene.people.owner, scene.organization);
  const agent = newAgent(
    computer,
    { BETTER_I18N_MCP_URL: scene.base, BETTER_I18N_API_KEY: key },
    { main: join(FOLDER, "dist/main.js"), node: oldestNode() },
  );
  await agent.connect();
  const listed = await agent.client.callTool({ name: "listProjects", arguments: {} });
  expect(textOf(listed)).toContain(scene.project.slug);
  await agent.close();
  computer.close();
  await scene.server.close();
});

/** What the registry's schema of 2025-12-11 asks for, and what its publisher checks beyond that. */
const entry = z.strictObject({
  $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
  name: z.string().regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z.literal(packageJson.version),
  packages: z.tuple([
    z.strictObject({
      registryType: z.literal("npm"),
      identifier: z.literal(packageJson.name),
      version: z.literal(packageJson.version),
      transport: z.strictObject({ type: z.literal("stdio") }),
      environmentVariables: z.array(
        z.strictObject({
          name: z.string(),
          description: z.string(),
          format: z.enum(["string", "number", "boolean", "filepath"]),
          default: z.string().optional(),
          placeholder: z.string().optional(),
          isRequired: z.boolean().optional(),
          isSecret: z.boolean().optional(),
        }),
      ),
    }),
  ]),
});

test("server.json is what the MCP registry asks for, and the package agrees with it", () => {
  const { name, packages } = entry.parse(readJson("server.json"));
  expect(packageJson.mcpName).toBe(name);
  const settings = readFileSync(join(FOLDER, "src/settings.ts"), "utf8");
  for (const variable of packages[0].environmentVariables) expect(settings).toContain(`"${variable.name}"`);
  const secret = packages[0].environmentVariables.filter(({ isSecret }) => isSecret);
  expect(secret.map(({ name: of }) => of)).toEqual(["BETTER_I18N_API_KEY"]);
});
