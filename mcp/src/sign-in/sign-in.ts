import {
  auth,
  discoverOAuthServerInfo,
  type FetchLike,
  type OAuthClientMetadata,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  registerClient,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  validateAuthorizationResponseIssuer,
} from "@modelcontextprotocol/client";
import type { Log } from "../log.ts";
import { EXIT, Problem } from "../problem.ts";
import { isSafe, type Settings } from "../settings.ts";
import { type Answer, openCallback } from "./callback.ts";
import type { CredentialFile } from "./credential-file.ts";
import { openBrowser } from "./open-browser.ts";

/** As long as a server waits for the person (spec/oauth: ten minutes, restarted once). */
const MOST_WAIT_MS = 20 * 60_000;
const GRANT_TYPES = ["authorization_code", "refresh_token"];

interface SignInParts {
  readonly settings: Settings;
  readonly log: Log;
  readonly file: CredentialFile;
  readonly fetch: FetchLike;
  /** Writes new tokens down; they are used by nobody before. */
  readonly save: (tokens: StoredOAuthTokens, resource: string | undefined) => Promise<void>;
  /** Told the page that the person has to open. */
  readonly onPage: (page: URL) => void;
  readonly signal: AbortSignal;
}

interface Asked {
  readonly scope: string | undefined;
  readonly resourceMetadataUrl: URL | undefined;
}

/** The app that was stored is not known to the server any more. */
class UnknownApp extends Error {}

/** Lets the person sign in and consent in their browser, and stores the tokens. Throws `Problem` in words for the person. */
export async function signIn(parts: SignInParts, asked: Asked): Promise<void> {
  try {
    await attempt(parts, asked);
  } catch (error) {
    if (!(error instanceof UnknownApp)) throw error;
    parts.log.debug("The server does not know this app any more; registering it again.");
    await parts.file.update(parts.signal, ({ client: _, ...stored }) => stored);
    await attempt(parts, asked);
  }
}

async function attempt(parts: SignInParts, { scope, resourceMetadataUrl }: Asked): Promise<void> {
  const { settings, fetch: fetchFn, signal } = parts;
  const callback = await openCallback(settings.port);
  try {
    const provider = new Provider(parts, { redirectUrl: callback.redirectUri, state: callback.state });
    const options = {
      ...{ serverUrl: settings.url, fetchFn },
      ...(scope !== undefined && { scope }),
      ...(resourceMetadataUrl && { resourceMetadataUrl }),
    };
    await provider.introduce(resourceMetadataUrl);
    await auth(provider, { ...options, forceReauthorization: true });
    const answer = await before(callback.answered, signal);
    try {
      const { iss } = answer;
      const authorizationCode = codeOf(answer, provider);
      await auth(provider, { ...options, authorizationCode, ...(iss !== undefined && { iss }) });
    } catch (error) {
      answer.show("Not connected", "The program that asked says what is wrong. You can close this page.");
      throw error;
    }
    answer.show("Connected", "You can close this page and go back to your agent.");
  } finally {
    callback.close();
  }
}

/** The code, once it is known who sent it: an error that somebody else made up ends nothing (RFC 9207 §2.4). */
function codeOf({ code, error, iss }: Answer, provider: Provider): string {
  const metadata = provider.discoveryState()?.authorizationServerMetadata;
  validateAuthorizationResponseIssuer({
    iss,
    expectedIssuer: metadata?.issuer,
    issParameterSupported: metadata?.authorization_response_iss_parameter_supported === true,
  });
  if (error === "access_denied") throw refused("Access was not allowed in the browser.");
  if (error !== undefined) {
    // The code alone: the sentence beside it is written by whoever answered.
    throw refused(`The server ended the sign-in with "${/^[a-z_]{1,40}$/.test(error) ? error : "error"}".`);
  }
  if (code === undefined) throw refused("The browser came back without an answer.");
  return code;
}

async function before(answered: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  let stop = () => {};
  const ended = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(refused("Nobody finished the sign-in in the browser.")),
      MOST_WAIT_MS,
    );
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    stop = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
  });
  try {
    return await Promise.race([answered, ended]);
  } finally {
    stop();
  }
}

function refused(message: string): Problem {
  return new Problem(message, EXIT.refused);
}

/** What the library asks for and keeps during one sign-in. The verifier and what was discovered live only as long. */
class Provider implements OAuthClientProvider {
  readonly redirectUrl: string;
  readonly clientMetadata: OAuthClientMetadata;
  readonly #parts: SignInParts;
  readonly #state: string;
  #verifier = "";
  #discovered: OAuthDiscoveryState | undefined;
  #resource: string | undefined;
  #isNew = false;

  constructor(parts: SignInParts, { redirectUrl, state }: { redirectUrl: string; state: string }) {
    this.#parts = parts;
    this.#state = state;
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: "Better i18n MCP (CLI)",
      redirect_uris: [redirectUrl],
      grant_types: GRANT_TYPES,
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  /** Registers this program unless the server knows it: without scopes, so that it may ask for more later. */
  async introduce(resourceMetadataUrl: URL | undefined): Promise<void> {
    const { settings, fetch: fetchFn } = this.#parts;
    const found = await discoverOAuthServerInfo(settings.url, {
      fetchFn,
      ...(resourceMetadataUrl && { resourceMetadataUrl }),
    });
    const { authorizationServerUrl, authorizationServerMetadata: metadata } = found;
    this.#discovered = {
      ...found,
      ...(resourceMetadataUrl && { resourceMetadataUrl: resourceMetadataUrl.href }),
    };
    const issuer = metadata?.issuer ?? authorizationServerUrl;
    const known = await this.clientInformation();
    if (known && (known.issuer === undefined || known.issuer === issuer)) return;
    if (metadata && !metadata.registration_endpoint) {
      throw new Problem(
        "This server registers no programs by themselves. Register a public app for http://localhost:8989/callback in its dashboard and set BETTER_I18N_OAUTH_CLIENT_ID to its id, or use a key.",
        EXIT.usage,
      );
    }
    const { clientMetadata } = this;
    const registered = await registerClient(authorizationServerUrl, {
      ...{ clientMetadata, fetchFn },
      ...(metadata && { metadata }),
    });
    await this.saveClientInformation({ ...registered, issuer });
    this.#isNew = true;
  }

  async clientInformation(): Promise<StoredOAuthClientInformation | undefined> {
    const { clientId } = this.#parts.settings;
    if (clientId !== null) return { client_id: clientId };
    return (await this.#parts.file.read()).client;
  }

  async saveClientInformation(client: StoredOAuthClientInformation): Promise<void> {
    const { settings, file, signal } = this.#parts;
    if (settings.clientId === null) await file.update(signal, (stored) => ({ ...stored, client }));
  }

  async tokens(): Promise<StoredOAuthTokens | undefined> {
    return (await this.#parts.file.read()).tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): Promise<void> {
    return this.#parts.save(tokens, this.#resource);
  }

  state(): string {
    return this.#state;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }

  saveDiscoveryState(state: OAuthDiscoveryState): void {
    this.#discovered = state;
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#discovered;
  }

  saveResourceUrl(resource: string): void {
    this.#resource = resource;
  }

  async redirectToAuthorization(page: URL): Promise<void> {
    const { log, onPage, settings } = this.#parts;
    // A server could name an address that starts something else.
    if (!isSafe(page)) throw refused("The server names a sign-in page that is no https address.");
    if (!this.#isNew && settings.clientId === null && (await this.#isRefused(page))) throw new UnknownApp();
    onPage(page);
    const opened = await openBrowser(page);
    log.say(
      `${opened ? "Sign in, in the browser that was opened. If none appears, open" : "Sign in: open"} this address:\n${page.href}`,
    );
  }

  /**
   * Whether the server shows an error instead of the sign-in. It does for an app that it has forgotten, and the person could do
   * nothing about that in the browser.
   */
  async #isRefused(page: URL): Promise<boolean> {
    const { status, body } = await this.#parts.fetch(page, { redirect: "manual" });
    await body?.cancel();
    return status >= 400 && status < 500;
  }
}
