import { parseArgs } from "node:util";

/** What the command line says; undefined is asked for, or has a default. */
export interface Options {
  readonly folder: string | undefined;
  readonly url: string | undefined;
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
  readonly port: number;
  readonly asks: boolean;
  readonly starts: boolean;
}

/** Something that the person at the terminal can put right; the sentence says how. */
export class UsageError extends Error {}

export const DEFAULT_URL = "http://localhost:3000";

export const USAGE = `Makes a small web app that is connected to a Parlance server, and runs it.

  create-parlance [FOLDER] [--url ${DEFAULT_URL}] [--client-id app_…] [--port 4000] [--yes] [--no-start]

The client secret is taken from PARLANCE_CLIENT_SECRET, or asked for.
`;

/** Throws `UsageError`. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): Options {
  const { values, positionals } = parsed(args);
  if (positionals.length > 1)
    throw new UsageError(`One folder, please, and not ${positionals.join(" and ")}.`);
  const port = Number(values.port ?? 4000);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new UsageError("--port must be 1 to 65535.");
  return {
    folder: positionals[0],
    url: values.url === undefined ? undefined : serverUrl(values.url),
    clientId: values["client-id"] === undefined ? undefined : oneLine("--client-id", values["client-id"]),
    clientSecret:
      environment.PARLANCE_CLIENT_SECRET && oneLine("The secret", environment.PARLANCE_CLIENT_SECRET),
    port,
    asks: values.yes !== true,
    starts: values["no-start"] !== true,
  };
}

/** A server's address without a `/` at its end. Throws `UsageError`. */
export function serverUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url?.hostname ?? "");
  const isSafe = url?.protocol === "https:" || (isLocal && url?.protocol === "http:");
  if (!url || !isSafe || url.search || url.hash || url.username || url.password) {
    throw new UsageError(
      `${value} is no server's address: https://…, or http://localhost:… on this computer.`,
    );
  }
  return url.href.replace(/\/+$/, "");
}

/** What stands in `.env` must be one plain word there. Throws `UsageError`. */
export function oneLine(name: string, value: string): string {
  const word = value.trim();
  if (!/^[\w.~:/?=&%+-]+$/.test(word)) throw new UsageError(`${name} has letters that no id or secret has.`);
  return word;
}

function parsed(args: readonly string[]) {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }] as const;
  const options = {
    url: text,
    "client-id": text,
    port: text,
    yes: { ...flag, short: "y" },
    "no-start": flag,
  } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
