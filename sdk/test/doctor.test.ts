import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { examine, type Finding } from "../doctor/doctor.ts";
import { readOptions } from "../doctor/options.ts";
import { BROKEN, copyOfPartner } from "./broken-copies.ts";
import { PACKAGE, ROOT, run } from "./packed.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const idsOf = (findings: readonly Finding[], result: Finding["result"]) =>
  findings.filter((finding) => finding.result === result).map(({ id }) => id);

describe("the doctor", () => {
  test("finds nothing wrong with the hand-written partner", async () => {
    const findings = await examined(copyOfPartner());
    expect(findings.filter(({ result }) => result !== "pass")).toEqual([]);
    expect(findings.length).toBeGreaterThanOrEqual(16);
  });

  test("nor with the same app on the SDK", async () => {
    const port = await freePort();
    const example = commandOf(join(ROOT, "examples", "web-partner-sdk"), port);
    const findings = await examine(readOptions([...addresses(port), "--", ...example]));
    expect(findings.filter(({ result }) => result !== "pass")).toEqual([]);
  });

  test.each(BROKEN)("names the fault when $mistake", async ({ id, says, edits }) => {
    const findings = await examined(copyOfPartner(edits));
    expect(idsOf(findings, "fail"), JSON.stringify(findings, null, 1)).toEqual([id]);
    const { sentences = [] } = findings.find((finding) => finding.id === id) ?? {};
    expect(sentences.join("\n")).toContain(says);
  });
});

describe("parlance-doctor", () => {
  test("prints a checklist and ends with 0, or 1 with what is wrong and where to read on", async () => {
    const good = await command(copyOfPartner());
    expect(good).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^✓ request .*All \d+ checks passed\.\n$/s),
    });
    const bad = await command(copyOfPartner(BROKEN[1]?.edits));
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(
      /^✗ iss .+\n +The callback took a code with iss=.+\n +The callback .+\n +How to: \/docs\/connect /m,
    );
  });

  test("tells programs the same as JSON, and nothing else on that stream", async () => {
    const { stdout, code } = await command(copyOfPartner(), "--json");
    const report = JSON.parse(stdout);
    expect([code, report.passed]).toEqual([0, true]);
    expect(report.findings[0]).toEqual({
      ...{ id: "request", title: "asks for a code, for its own callback" },
      ...{ guide: "connect", result: "pass", sentences: [] },
    });
  });

  test("examines an app that somebody else started, as the user whose cookie it is given", async () => {
    const folder = copyOfPartner();
    folders.push(folder);
    const [port, own] = [await freePort(), await freePort()];
    const [program = "", ...args] = commandOf(folder, port);
    const env = { ...process.env, PARLANCE_URL: `http://localhost:${own}`, PARLANCE_CLIENT_ID: "app_any" };
    const app = spawn(program, args, { env, stdio: "ignore" });
    try {
      const cookie = ["--cookie", "partner_session=somebody-who-is-signed-in"];
      const { code, stdout, stderr } = await doctor([...addresses(port), "--port", String(own), ...cookie]);
      expect(stdout).toMatch(/All \d+ checks passed/);
      expect(stderr).toContain("Waiting for the app");
      expect(code).toBe(0);
    } finally {
      app.kill();
    }
  });

  test("ends with 2 when there is no app to examine, and says why", async () => {
    const port = await freePort();
    const dead = ["--", process.execPath, "-e", "console.log('no settings'); process.exit(3)"];
    expect(await doctor([...addresses(port), ...dead])).toEqual({
      code: 2,
      stdout: "",
      stderr: expect.stringMatching(/The app did not start: it ended with 3\.\nno settings\n$/),
    });
    const other = createServer().listen(port, "localhost");
    other.on("connection", (socket) => socket.end("HTTP/1.1 204 No Content\r\n\r\n"));
    await once(other, "listening");
    expect(await doctor([...addresses(port), ...dead])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("answers at"),
    });
    other.close();
    expect(await doctor(["--connect", "https://partner.example/connect"])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("must be an address on this computer"),
    });
    expect(await doctor(["--conect", "x"])).toMatchObject({ code: 2, stdout: "" });
  });

  test("ends with 2 when the app leads elsewhere, or round and round, and asks nobody else", async () => {
    const strange = `function* endless() { for (;;) yield "x".repeat(65536); }
    require("node:http").createServer((request, response) => {
      if (request.url === "/endless") return require("node:stream").Readable.from(endless()).pipe(response);
      const location = request.url === "/away" ? "https://elsewhere.example/x" : "/connect";
      response.writeHead(303, { location }).end();
    }).listen(process.env.PORT, "localhost")`;
    for (const [path, says] of [
      ["/away", "leads to https://elsewhere.example"],
      ["/connect", "redirects without end"],
      ["/endless", "answers 200, and not with a redirect"],
    ] as const) {
      const port = await freePort();
      const connect = ["--connect", `http://localhost:${port}${path}`, "--"];
      const { code, stdout } = await doctor([
        ...connect,
        "env",
        `PORT=${port}`,
        process.execPath,
        "-e",
        strange,
      ]);
      expect(code).toBe(2);
      expect(stdout).toContain(says);
    }
  });
});

async function command(folder: string, ...more: string[]) {
  folders.push(folder);
  const port = await freePort();
  return doctor([...addresses(port), ...more, "--", ...commandOf(folder, port)]);
}

/** The command as a person runs it. */
async function doctor(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = join(PACKAGE, "doctor", "main.ts");
  return run(process.execPath, [main, ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** What the doctor finds in a copy of the partner. */
async function examined(folder: string): Promise<Finding[]> {
  folders.push(folder);
  const port = await freePort();
  return examine(readOptions([...addresses(port), "--", ...commandOf(folder, port)]));
}

function addresses(port: number): string[] {
  const origin = `http://localhost:${port}`;
  return [
    ...["--connect", `POST ${origin}/connect/start`, "--callback", "/connect/callback"],
    ...["--call", "/connections/*"],
  ];
}

/** `env` sets what belongs to this one app. */
function commandOf(folder: string, port: number): string[] {
  return ["env", `PORT=${port}`, "DATA_FILE=:memory:", process.execPath, join(folder, "src", "main.ts")];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "localhost");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
