#!/usr/bin/env node
import { spawn } from "node:child_process";
import { join } from "node:path";
import { create, sourcesAt } from "./create.ts";
import { readOptions, USAGE, UsageError } from "./options.ts";
import { terminal } from "./terminal.ts";

const args = process.argv.slice(2);
if (args.includes("--help") || args.includes("-h")) process.stdout.write(USAGE);
else process.exitCode = await run();

async function run(): Promise<number> {
  try {
    const options = readOptions(args, process.env);
    const asked = terminal();
    const app = await create(options, asked, sourcesAt(join(import.meta.dirname, ".."))).finally(asked.close);
    console.log(`Made ${app.folder}. Installing …`);
    const installed = await npm(app.folder, ["install", "--no-audit", "--no-fund", "--loglevel=error"]);
    if (installed !== 0) throw new UsageError(`npm install failed in ${app.folder}, see above.`);
    console.log(`\nStart it with \`npm start\` in ${app.folder}; check it with \`npm run doctor\`.\n`);
    return options.starts ? await npm(app.folder, ["start"]) : 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
}

/** The new app has the settings in its own `.env`; those of this command would come before them. */
function npm(folder: string, args: readonly string[]): Promise<number> {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|PARLANCE_|PORT$|INIT_CWD$)/i.test(name),
  );
  const child = spawn("npm", args, {
    cwd: folder,
    env: Object.fromEntries(own),
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
