import { parseArgs } from "node:util";

/** What the doctor is told about an app. */
export interface Options {
  /** What begins a connection: a link (`GET`) or the address of a form (`POST`). */
  readonly connect: { readonly method: "GET" | "POST"; readonly url: string };
  /** The app's redirect URI; learnt from what it asks for unless told. */
  readonly callback: string | undefined;
  /** A page that calls the API for the user; `*` is one part that a link on the page after the callback fills in. */
  readonly call: string | undefined;
  /** The `Cookie` header of a user who is signed in to the app. */
  readonly cookie: string;
  readonly port: number;
  readonly json: boolean;
  /** How to start the app; empty when it is started by somebody else. */
  readonly command: readonly string[];
}

/** Something about the command line or the surroundings that has to be put right first. */
export class UsageError extends Error {}

const PORT = 3999;

export const USAGE = `Checks how your app connects to a Parlance server. The doctor plays the server.

  parlance-doctor --connect http://localhost:4000/connect -- node app.js

  --connect URL    what begins a connection; "POST URL" for a form
  --callback URL   your redirect URI, to hold the app to it
  --call URL       a page that calls the API; default: where the callback leads.
                   A * in its path is filled in from a link on that page
  --cookie TEXT    the Cookie header of a user who is signed in to your app
  --port NUMBER    where the doctor listens; default ${PORT}, or any free one with a command
  --json           the report for programs
  -- COMMAND       starts your app with PARLANCE_URL, PARLANCE_CLIENT_ID and
                   PARLANCE_CLIENT_SECRET set, and reads its output

Without a command, start your app with PARLANCE_URL=http://localhost:${PORT} and any client id.
Ends with 0 when all is well, 1 when there are faults, 2 when it could not be told.
`;

/** Throws `UsageError`. Addresses lead to this computer, because the doctor serves plain HTTP to whoever asks. */
export function readOptions(args: readonly string[]): Options {
  const at = args.indexOf("--");
  const command = at < 0 ? [] : args.slice(at + 1);
  const values = parsed(at < 0 ? args : args.slice(0, at));
  if (!values.connect) throw new UsageError("--connect is missing: the address that begins a connection.");
  const [, method = "GET", address = ""] = /^(?:(GET|POST) +)?(.*)$/.exec(values.connect.trim()) ?? [];
  const connect = local("--connect", address);
  const call = values.call === undefined ? undefined : local("--call", values.call, connect);
  const callback = values.callback === undefined ? undefined : local("--callback", values.callback, connect);
  const port = Number(values.port ?? (command.length > 0 ? 0 : PORT));
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError("--port must be 0 to 65535.");
  return {
    connect: { method: method as "GET" | "POST", url: connect },
    ...{ callback, call, port, command },
    cookie: values.cookie ?? "",
    json: values.json === true,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = {
    ...{ connect: text, callback: text, call: text, cookie: text, port: text },
    json: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function local(name: string, value: string, base?: string): string {
  const url = URL.canParse(value, base) ? new URL(value, base) : undefined;
  if (
    !url ||
    !["localhost", "127.0.0.1", "[::1]"].includes(url.hostname) ||
    !/^https?:$/.test(url.protocol)
  ) {
    throw new UsageError(
      `${name} must be an address on this computer, such as http://localhost:4000/connect.`,
    );
  }
  if (base && url.origin !== new URL(base).origin) {
    throw new UsageError(`${name} is not on the origin of --connect, ${new URL(base).origin}.`);
  }
  return url.href;
}
