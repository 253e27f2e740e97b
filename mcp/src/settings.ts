import { homedir } from "node:os";
import { join } from "node:path";
import { EXIT, Problem } from "./problem.ts";

const LOCAL = "http://localhost:3000";
const DEFAULT_PORT = 8989;
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

export interface Settings {
  /** The MCP endpoint. */
  readonly url: URL;
  /** A key or token that is sent as it is; null signs in through the browser. */
  readonly key: string | null;
  /** Scopes to ask for beside those that the server names. */
  readonly scope: string | undefined;
  /** An app that is registered already, by its id or by the address of its metadata document. */
  readonly clientId: string | null;
  /** The first port that is tried for the answer of the browser. */
  readonly port: number;
  readonly debug: boolean;
  /** Where credentials are kept. */
  readonly folder: string;
}

interface Flags {
  readonly local: boolean;
  readonly debug: boolean;
}

/** Reads the environment; an empty variable is none. Throws `Problem`, which names the variable. */
export function readSettings(environment: NodeJS.ProcessEnv, flags: Flags): Settings {
  const read = (name: string) => environment[name]?.trim() || undefined;
  const isLocal = flags.local || isOn(read("BETTER_I18N_LOCAL"));
  return {
    url: endpointOf(isLocal ? LOCAL : read("BETTER_I18N_MCP_URL")),
    key: keyOf(read("BETTER_I18N_API_KEY")),
    scope: read("BETTER_I18N_OAUTH_SCOPE"),
    clientId: read("BETTER_I18N_OAUTH_CLIENT_ID") ?? null,
    port: portOf(read("BETTER_I18N_OAUTH_PORT")),
    debug: flags.debug || isOn(read("BETTER_I18N_DEBUG")),
    folder: join(homedir(), ".better-i18n"),
  };
}

/** Whether an address is safe for a credential: encrypted, or it never leaves this computer. */
export function isSafe(url: URL): boolean {
  return url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.has(url.hostname));
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && /^(1|true|yes|on)$/i.test(value);
}

function endpointOf(value: string | undefined): URL {
  if (value === undefined) {
    throw usage(
      "Set BETTER_I18N_MCP_URL to the address of your server, such as https://words.example.com, or use --local for http://localhost:3000.",
    );
  }
  const url = URL.canParse(value) ? new URL(value) : null;
  if (!url || url.username || url.password || url.search || url.hash) {
    throw usage(
      "BETTER_I18N_MCP_URL is not an address of the form https://words.example.com: no user, query or fragment.",
    );
  }
  if (!isSafe(url)) {
    throw usage(
      "BETTER_I18N_MCP_URL must begin with https://, or a key would travel readable. Only localhost may be http://.",
    );
  }
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith("/mcp") ? path : `${path}/mcp`;
  return url;
}

function keyOf(value: string | undefined): string | null {
  if (value === undefined) return null;
  // It becomes a header, and is no business of an error message.
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw usage("BETTER_I18N_API_KEY holds a blank or a character that no key has. Copy the key again.");
  }
  return value;
}

function portOf(value: string | undefined): number {
  if (value === undefined) return DEFAULT_PORT;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw usage("BETTER_I18N_OAUTH_PORT is not a port: a whole number from 1 to 65535.");
  }
  return port;
}

function usage(message: string): Problem {
  return new Problem(message, EXIT.usage);
}
