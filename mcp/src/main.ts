#!/usr/bin/env node
import { Console } from "node:console";
import { Writable } from "node:stream";
import { parseArgs } from "node:util";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { type Log, openLog } from "./log.ts";
import { EXIT, Problem, SignInNeeded } from "./problem.ts";
import { Relay } from "./relay.ts";
import { readSettings, type Settings } from "./settings.ts";
import { timedFetch } from "./sign-in/fetch.ts";
import { Session } from "./sign-in/session.ts";
import { Upstream } from "./upstream.ts";
import { VERSION } from "./version.ts";
import { explain } from "./words.ts";

const HELP = `better-i18n-mcp ${VERSION}: tools of a Parlance server for agents that start programs (MCP over stdio)

  better-i18n-mcp            serve an agent on stdin and stdout; signs in through the browser without a key
  better-i18n-mcp login      sign in now
  better-i18n-mcp logout     end the sign-in, here and on the server

  --local      the server is http://localhost:3000
  --debug      say on stderr what is going on
  --version, --help

  BETTER_I18N_MCP_URL          your server, such as https://words.example.com
  BETTER_I18N_API_KEY          a key to send instead of signing in
  BETTER_I18N_OAUTH_PORT       where the browser answers (8989; the next 16 when it is busy)
  BETTER_I18N_OAUTH_SCOPE      permissions to ask for beside the usual ones, such as translations:publish
  BETTER_I18N_OAUTH_CLIENT_ID  an app that was registered by hand
  BETTER_I18N_LOCAL, BETTER_I18N_DEBUG  like the flags, when true

  Ends with 0 when all is well, 2 for a wrong setting, 3 when the server refused, 4 when it could not be reached.
`;

interface Parts {
  settings: Settings;
  log: Log;
  session: Session | null;
  upstream: Upstream;
}

const COMMANDS: Record<string, (parts: Parts) => Promise<number>> = { serve, login, logout };

process.exitCode = await main().catch((error: unknown) => {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`better-i18n-mcp: ${error.message}\n`);
  return error.exitCode;
});

async function main(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help || values.version) {
    process.stdout.write(values.help ? HELP : `${VERSION}\n`);
    return EXIT.fine;
  }
  const settings = readSettings(process.env, values);
  const log = openLog(settings);
  keepStdoutClean(log);
  const [command = "serve", ...more] = positionals;
  const work = more.length === 0 && Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  if (!work) throw new Problem(`There is no command "${positionals.join(" ")}". Try --help.`, EXIT.usage);
  const session = settings.key === null ? new Session({ settings, log, fetch: timedFetch }) : null;
  return work({ settings, log, session, upstream: new Upstream({ settings, log, session }) });
}

/** Resolves when the agent has closed our stdin, or somebody ends the process. */
async function serve(parts: Parts): Promise<number> {
  const relay = new Relay(parts);
  const { log, session, upstream } = parts;
  const ended = new Promise<void>((resolve) => {
    for (const event of ["end", "close", "error"] as const) process.stdin.once(event, () => resolve());
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
    // An agent that is gone reads nothing.
    process.stdout.once("error", () => resolve());
  });
  const handle = serveStdio(() => relay.newServer(), { onerror: (error) => log.debug(error.message) });
  await ended;
  session?.close();
  await handle.close();
  await upstream.close();
  return relay.exitCode;
}

async function login({ settings, log, session, upstream }: Parts): Promise<number> {
  if (!session) throw new Problem("BETTER_I18N_API_KEY is set, so nobody has to sign in.", EXIT.usage);
  try {
    await upstream.client().catch(async (error: unknown) => {
      if (!(error instanceof SignInNeeded)) throw error;
      await session.signIn();
      await upstream.client();
    });
    log.say(`Signed in at ${settings.url.origin}.`);
    return EXIT.fine;
  } catch (error) {
    throw explain(error, settings);
  } finally {
    await upstream.close();
  }
}

async function logout({ settings, log, session }: Parts): Promise<number> {
  if (!session) throw new Problem("BETTER_I18N_API_KEY is set; unset it to stop using the key.", EXIT.usage);
  try {
    const wasSignedIn = await session.signOut();
    log.say(wasSignedIn ? `Signed out of ${settings.url.origin}.` : "Nobody was signed in.");
    return EXIT.fine;
  } catch (error) {
    const { message } = explain(error, settings);
    throw new Problem(
      `Signed out on this computer, but the server did not hear of it: ${message} Revoke the connection in My connected apps.`,
      EXIT.unreachable,
    );
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        local: { type: "boolean", default: false },
        debug: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
        version: { type: "boolean", default: false, short: "v" },
      },
    });
  } catch (error) {
    throw new Problem(`${(error as Error).message} Try --help.`, EXIT.usage);
  }
}

/** Libraries may print, and stdout carries nothing but the protocol. */
function keepStdoutClean(log: Log): void {
  const stream = new Writable({
    write(chunk, _encoding, done) {
      log.debug(String(chunk).trimEnd());
      done();
    },
  });
  globalThis.console = new Console(stream);
}
