#!/usr/bin/env node
import { examine } from "./doctor.ts";
import { type Options, readOptions, USAGE, UsageError } from "./options.ts";
import { exitCode, reportJson, reportText } from "./report.ts";

const args = process.argv.slice(2);
const asksForHelp = args.length === 0 || args[0] === "--help" || args[0] === "-h";
if (asksForHelp) process.stdout.write(USAGE);
else process.exitCode = await run(args);

async function run(args: readonly string[]): Promise<number> {
  try {
    const options = readOptions(args);
    const findings = await examine(options, (url) => announce(options, url));
    process.stdout.write(options.json ? reportJson(findings) : reportText(findings));
    return exitCode(findings);
  } catch (error) {
    if (!(error instanceof UsageError) && (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
}

/** On the other stream, so that the report stays alone on its own. */
function announce({ command }: Options, url: string): void {
  const waiting = "Waiting for the app; start it with that as PARLANCE_URL, and any client id and secret.";
  process.stderr.write(`The doctor plays the server at ${url}.\n${command.length > 0 ? "" : `${waiting}\n`}`);
}
