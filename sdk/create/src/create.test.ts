import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { create, sourcesAt } from "./create.ts";
import { readOptions, UsageError } from "./options.ts";
import { registerLink } from "./server.ts";
import type { Terminal } from "./terminal.ts";
import { packageName } from "./write-app.ts";

let folder: string;
let server: Server;
let url: string;
/** What the server calls itself, when not as it is asked for. */
let issuer: string | undefined;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "parlance-create-test-"));
  issuer = undefined;
  server = createServer((request, response) => {
    if (request.url === "/.well-known/oauth-authorization-server")
      response.write(JSON.stringify({ issuer: issuer ?? url }));
    else response.writeHead(404);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

const PACKAGE = join(import.meta.dirname, "..");
const sources = () => {
  const sdk = join(folder, "sdk.tgz");
  writeFileSync(sdk, "packed");
  return { ...sourcesAt(PACKAGE), sdk };
};

/** Somebody who answers in order, and everything that was asked and said. */
function person(answers: string[]): Terminal & { heard: string[] } {
  const heard: string[] = [];
  const next = async (question: string, initial = "") => {
    heard.push(question);
    return answers.shift() || initial;
  };
  return {
    heard,
    say: (words) => void heard.push(words),
    ask: next,
    askSecret: next,
    close: () => undefined,
  };
}

const asked = (...args: string[]) => readOptions(args, {});

describe("a new app", () => {
  test("is asked for what is missing, and knows its server, its id and its secret", async () => {
    const app = join(folder, "My App");
    const somebody = person([app, url, "app_1", "bi_cs_secret"]);
    await create(asked("--port", "4100"), somebody, sources());
    expect(somebody.heard.join("\n")).toContain(
      `${url}/apps/register?name=my-app&redirectUri=http%3A%2F%2Flocalhost%3A4100%2Fconnect%2Fcallback`,
    );
    expect(readFileSync(join(app, ".env"), "utf8").split("\n").slice(1)).toEqual([
      ...[
        `PARLANCE_URL=${url}`,
        "PARLANCE_CLIENT_ID=app_1",
        "PARLANCE_CLIENT_SECRET=bi_cs_secret",
        "PORT=4100",
        "",
      ],
    ]);
    expect(statSync(join(app, ".env")).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(app, ".gitignore"), "utf8")).toMatch(/^\.env$/m);
    expect(existsSync(join(app, "gitignore"))).toBe(false);
    const manifest = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));
    expect(manifest).toMatchObject({
      name: "my-app",
      dependencies: { "@parlance/sdk": "file:vendor/parlance-sdk.tgz" },
    });
    expect(manifest.scripts.doctor).toContain("http://localhost:4101/connect");
    expect(readFileSync(join(app, "doctor.env"), "utf8")).toContain("PORT=4101");
    expect(readFileSync(join(app, "vendor", "parlance-sdk.tgz"), "utf8")).toBe("packed");
  });

  test("needs nobody when everything is said", async () => {
    const options = readOptions([join(folder, "app"), "--url", url, "--client-id", "app_1", "--yes"], {});
    const silent = person([]);
    await create(options, silent, sources());
    expect(silent.heard).toEqual([]);
    expect(readFileSync(join(folder, "app", ".env"), "utf8")).toContain("PARLANCE_CLIENT_SECRET=\n");
  });

  test.each([
    ["a folder that has something in it", () => ({ full: true }), "is not empty"],
    ["no client id", () => ({ args: [] }), "/apps/register?name=app&"],
    ["a server that is not there", () => ({ url: "http://localhost:9" }), "No Parlance server answers"],
    [
      "a server that calls itself otherwise",
      () => ({ issuer: "https://other.example" }),
      "calls itself https://other.example",
    ],
  ] as const)("is not written with %s", async (_, change, says) => {
    const given: { full?: boolean; args?: readonly string[]; url?: string; issuer?: string } = change();
    issuer = given.issuer;
    const app = join(folder, "app");
    if (given.full) {
      mkdirSync(app);
      writeFileSync(join(app, "precious.txt"), "mine");
    }
    const args = [app, "--yes", "--url", given.url ?? url, ...(given.args ?? ["--client-id", "app_1"])];
    const made = create(readOptions(args, {}), person([]), sources());
    await expect(made).rejects.toThrow(UsageError);
    await expect(made).rejects.toThrow(says);
    expect(existsSync(join(app, ".env"))).toBe(false);
  });

  test("does not take answers that would be other lines of its settings", async () => {
    const app = join(folder, "app");
    const args = asked(app, "--url", url);
    for (const answers of [["app_1\nNODE_OPTIONS=--inspect"], ["app_1", 'x" y'], ["", ""]]) {
      await expect(create(args, person(answers), sources())).rejects.toThrow(UsageError);
      expect(existsSync(app)).toBe(false);
    }
  });
});

describe("the command line", () => {
  test.each([
    [["one", "two"], "One folder"],
    [["--port", "0"], "--port"],
    [["--url", "http://partner.example"], "no server's address"],
    [["--url", "https://a.example/?x=1"], "no server's address"],
    [["--url", "file:///etc"], "no server's address"],
    [["--client-id", "a b"], "--client-id"],
    [["--nonsense"], "--nonsense"],
  ])("%j is refused: %s", (args, says) => {
    expect(() => readOptions(args, {})).toThrow(UsageError);
    expect(() => readOptions(args, {})).toThrow(says);
  });

  test("takes the secret from the environment, where no list of processes shows it", () => {
    expect(readOptions([], { PARLANCE_CLIENT_SECRET: "bi_cs_x" }).clientSecret).toBe("bi_cs_x");
    expect(() => readOptions(["--client-secret", "x"], {})).toThrow(UsageError);
  });
});

test.each([
  ["/tmp/My Äpp!", "my-pp"],
  ["/tmp/..x", "x"],
  ["/tmp/ü", "my-app"],
])("the folder %s makes the package %s", (path, name) => {
  expect(packageName(path)).toBe(name);
});

test("the link says name and redirect URI, at the origin of the server", () => {
  expect(registerLink("https://parlance.example/sub", "a&b", "http://localhost:4000/x")).toBe(
    "https://parlance.example/apps/register?name=a%26b&redirectUri=http%3A%2F%2Flocalhost%3A4000%2Fx",
  );
});
