import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";

const EXAMPLES = join(import.meta.dirname, "../../../examples");

/** An example without a server of its own, built and served at an address as its README says. */
export async function servePages(
  example: string,
  { url, settings }: { url: string; settings: Record<string, string> },
): Promise<{ stop(): Promise<void> }> {
  const outDir = mkdtempSync(join(tmpdir(), `parlance-${example}-`));
  const { hostname, port } = new URL(url);
  const define = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [`import.meta.env.${name}`, JSON.stringify(value)]),
  );
  const shared = { root: join(EXAMPLES, example), define, logLevel: "warn" } as const;
  await build({ ...shared, mode: "production", build: { outDir, emptyOutDir: true } });
  const server = await preview({
    ...shared,
    build: { outDir },
    preview: { host: hostname, port: Number(port), strictPort: true },
  });
  return {
    async stop() {
      await server.close();
      rmSync(outDir, { recursive: true, force: true });
    },
  };
}
