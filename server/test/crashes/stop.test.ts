import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { freePort, startProcess } from "./spawned.ts";

const folder = mkdtempSync(join(tmpdir(), "parlance-stop-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a server told to stop finishes what it was asked, takes nothing new, and ends with code 0", {
  timeout: 120_000,
}, async () => {
  const server = await startProcess({ DATA_DIR: folder, PORT: await freePort() });
  const agent = new Agent({ keepAlive: true });
  // An idle connection, as browsers and proxies keep them, must not hold the server back.
  await new Promise<void>((resolve, reject) => {
    const idle = request(`${server.base}/health`, { agent }, (answer) =>
      answer.resume().once("end", resolve),
    );
    idle.once("error", reject).end();
  });

  const body = JSON.stringify({ redirect_uris: ["http://127.0.0.1/callback"], client_name: "Sprout" });
  const register = request(`${server.base}/api/auth/mcp/register`, {
    method: "POST",
    headers: { "content-type": "application/json", "content-length": body.length },
  });
  const answered = new Promise<number | undefined>((resolve, reject) => {
    register.once("response", (answer) => answer.resume().once("end", () => resolve(answer.statusCode)));
    register.once("error", reject);
  });
  register.write(body.slice(0, 10));
  await reached(server.base);

  const stopped = server.kill("SIGTERM");
  while (await reached(server.base)) await new Promise((resolve) => setTimeout(resolve, 20));
  register.end(body.slice(10));
  expect(await answered).toBe(201);
  const drained = performance.now();
  expect(await stopped).toEqual({ code: 0, signal: null, stderr: "" });
  // Nobody's kept connection is waited for, which would take five seconds.
  expect(performance.now() - drained).toBeLessThan(3_000);
  agent.destroy();
});

async function reached(base: string): Promise<boolean> {
  try {
    const answer = await fetch(`${base}/health`, { headers: { connection: "close" } });
    return answer.ok;
  } catch {
    return false;
  }
}
