import type { Scope } from "./contract.ts";
import { SettingsError } from "./errors.ts";
import type { Outside } from "./http.ts";
import type { ConnectionStore } from "./store.ts";
import type { Kv } from "./stores/kv.ts";

/** How an app is set up. A value that cannot work throws `SettingsError` at once. */
export interface ParlanceOptions {
  /** Where the server is, and the issuer of its tokens: `https://…`, or `http://` on this computer. */
  url: string;
  /** The id and redirect URI of the app, as registered under Developer → Apps; an app for devices only has no such address. */
  clientId: string;
  redirectUri?: string;
  /** Only of an app that has one. It never belongs into a browser, nor into a program that is given to users. */
  clientSecret?: string | undefined;
  /** What the app asks for; without it, the server offers what it usually offers. The user decides. */
  scopes?: readonly Scope[];
  /** Where connections are kept: yours, as long as it keeps to the interface. */
  store: ConnectionStore;
  /** Shares installation tokens between processes, so that one mints for all; they are credentials. */
  installationStore?: Kv;
  /** Where the resource API and the MCP endpoint are, when not below `url`. */
  apiUrl?: string;
  mcpUrl?: string;
  /** Of one attempt of a request, in milliseconds; 10,000 unless told. */
  timeoutMs?: number;
  /** In place of the runtime's own. */
  fetch?: typeof fetch;
  /** Epoch milliseconds, in place of `Date.now`. */
  now?: () => number;
}

/** The same, checked and complete; addresses are without a `/` at their end. */
export interface Settings extends Outside {
  readonly issuer: string;
  readonly apiUrl: string;
  readonly mcpUrl: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly redirectUri: string | undefined;
  readonly scopes: readonly Scope[];
  readonly store: ConnectionStore;
  readonly installationStore: Kv | undefined;
}

const DEFAULT_TIMEOUT_MS = 10_000;

export function checkSettings(options: ParlanceOptions): Settings {
  const issuer = serverUrl("url", options.url);
  const { clientSecret, store, scopes = [] } = options;
  if (clientSecret !== undefined && (!clientSecret || "document" in globalThis)) {
    throw new SettingsError(
      clientSecret
        ? "clientSecret does not belong into a browser: register the app as spa, and leave it out."
        : "clientSecret is empty: leave it out for an app that has none.",
    );
  }
  const odd = scopes.find((scope) => !/^[a-z]+:[a-z]+$/.test(scope));
  if (odd !== undefined) throw new SettingsError(`scopes holds ${JSON.stringify(odd)}, which is no scope.`);
  checkMethods("store", store, ["find", "list", "upsert", "replace", "remove", "begin", "finish"]);
  if (options.installationStore !== undefined) {
    checkMethods("installationStore", options.installationStore, ["get", "set", "delete"]);
  }
  return {
    issuer,
    apiUrl: options.apiUrl === undefined ? issuer : serverUrl("apiUrl", options.apiUrl),
    mcpUrl: options.mcpUrl === undefined ? `${issuer}/mcp` : serverUrl("mcpUrl", options.mcpUrl),
    clientId: present("clientId", options.clientId),
    clientSecret,
    redirectUri: options.redirectUri === undefined ? undefined : redirectUri(options.redirectUri),
    scopes,
    store,
    installationStore: options.installationStore,
    ...outsideOf(options),
  };
}

/** Of the settings what every request needs, also those without an app. */
export function outsideOf(options: Pick<ParlanceOptions, "fetch" | "timeoutMs" | "now">): Outside {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, now = Date.now } = options;
  if (!(timeoutMs > 0)) throw new SettingsError("timeoutMs must be more than 0.");
  // Called without a receiver: some runtimes refuse a fetch that is a method of something else.
  const given = options.fetch;
  return { timeoutMs, now, fetch: given ?? ((input, init) => fetch(input, init)) };
}

/** An address of the server, without a `/` at its end. */
export function serverUrl(name: string, value: string): string {
  const url = parsed(name, value);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(isLocal && url.protocol === "http:")) {
    throw new SettingsError(`${name} must begin with https://, except on this computer.`);
  }
  if (url.search || url.hash || url.username || url.password) {
    throw new SettingsError(`${name} must be an address alone, without query, fragment and user name.`);
  }
  return url.href.replace(/\/+$/, "");
}

/** It is compared byte for byte with what is registered, so it stays as it is written. */
function redirectUri(value: string): string {
  if (parsed("redirectUri", value).hash) throw new SettingsError("redirectUri must have no fragment.");
  return value;
}

function parsed(name: string, value: string): URL {
  const url = URL.canParse(present(name, value)) ? new URL(value) : undefined;
  if (!url) throw new SettingsError(`${name} is no address: ${JSON.stringify(value)}.`);
  return url;
}

function present(name: string, value: string | undefined): string {
  if (typeof value !== "string" || value.trim() === "") throw new SettingsError(`${name} is missing.`);
  return value;
}

function checkMethods<Store extends object>(
  name: string,
  store: Store,
  methods: readonly (keyof Store & string)[],
) {
  const missing = methods.find((method) => typeof store?.[method] !== "function");
  if (missing !== undefined) throw new SettingsError(`${name} has no function ${missing}.`);
}
