import {
  computeScopeUnion,
  discoverOAuthServerInfo,
  type FetchLike,
  isStrictScopeSuperset,
  OAuthError,
  OAuthErrorCode,
  refreshAuthorization,
  type StoredOAuthTokens,
} from "@modelcontextprotocol/client";
import type { Log } from "../log.ts";
import { EXIT, Problem, SignInNeeded } from "../problem.ts";
import { isSafe, type Settings } from "../settings.ts";
import { CredentialFile, type Credentials } from "./credential-file.ts";
import { pause, type Release, tryLock } from "./lock.ts";
import { signIn } from "./sign-in.ts";

/** A token is renewed so long before it ends, so that it does not end on its way. */
const EARLY_MS = 60_000;
const LOOK_AGAIN_MS = 250;

/** What the server said about a token that it refused. */
export interface Challenge {
  readonly description?: string | undefined;
  readonly scope?: string | undefined;
  readonly resourceMetadataUrl?: URL | undefined;
}

interface Parts {
  readonly settings: Settings;
  readonly log: Log;
  readonly fetch: FetchLike;
}

/**
 * The person's sign-in, shared with other processes of theirs through one file. Whoever renews holds a lock, and reads the file
 * again before and after; a token is stored before it is used. Only `signIn` opens a browser.
 */
export class Session {
  readonly #parts: Parts;
  readonly #file: CredentialFile;
  readonly #ending = new AbortController();
  #challenge: Challenge = {};
  #renewing: Promise<void> | null = null;
  #signingIn: Promise<void> | null = null;
  #page: URL | null = null;
  /** This process had a token; that it is gone is no beginning. */
  #wasSignedIn = false;
  /** Called after each sign-in of this or another process that this one waited for. */
  onSignedIn: () => void = () => {};

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#file = new CredentialFile(parts.settings.folder, parts.settings.url);
  }

  /** The page that the person has open for the sign-in under way, when this process opened it. */
  get page(): URL | null {
    return this.#page;
  }

  /** A token that is good for a while; undefined when nobody has signed in. */
  async token(): Promise<string | undefined> {
    const { tokens } = await this.#file.read();
    if (!tokens) return undefined;
    this.#wasSignedIn = true;
    const { expiresAt, access_token: used } = tokens;
    if (expiresAt === null || Date.now() < expiresAt - EARLY_MS || !tokens.refresh_token) return used;
    try {
      await this.#renewOnce(used);
    } catch (error) {
      // It is good for some seconds more, which may be all that it needs.
      if (error instanceof SignInNeeded || Date.now() >= expiresAt) throw error;
      this.#parts.log.debug(`The token was not renewed early: ${(error as Error).message}`);
    }
    return (await this.#file.read()).tokens?.access_token;
  }

  /** Makes the next `token()` another one than `used`, which the server refused. Throws `SignInNeeded`. */
  async renew(used: string | undefined, challenge: Challenge): Promise<void> {
    this.#hear(challenge);
    await this.#renewOnce(used);
  }

  /** Waits for the person, in a browser that this process or one beside it opens. Throws `Problem`. */
  signIn(challenge: Challenge = {}): Promise<void> {
    this.#hear(challenge);
    this.#signingIn ??= this.#signInOnce().finally(() => {
      this.#signingIn = null;
      this.#page = null;
    });
    return this.#signingIn;
  }

  /** Forgets the credentials, and tells the server that they have ended; false when there were none. */
  async signOut(): Promise<boolean> {
    const { settings, fetch } = this.#parts;
    const { tokens, client } = await this.#file.exclusively(this.#ending.signal, async () => {
      const stored = await this.#file.read();
      await this.#file.remove();
      return stored;
    });
    const token = tokens?.refresh_token ?? tokens?.access_token;
    if (!token) return false;
    const { authorizationServerMetadata } = await discoverOAuthServerInfo(settings.url, { fetchFn: fetch });
    const endpoint = (authorizationServerMetadata as { revocation_endpoint?: unknown } | undefined)
      ?.revocation_endpoint;
    if (typeof endpoint !== "string" || !isSafe(new URL(endpoint))) return true;
    const body = new URLSearchParams({ token, client_id: settings.clientId ?? client?.client_id ?? "" });
    const answer = await fetch(endpoint, { method: "POST", body });
    if (!answer.ok) throw new Error(`The server answered ${answer.status} to the end of the sign-in.`);
    return true;
  }

  /** Lets go of everything at once, because the process ends. */
  close(): void {
    this.#ending.abort(new Problem("The program was stopped.", EXIT.fine));
  }

  /** An answer without scopes or address does not unsay those of an earlier one. */
  #hear({ description, scope, resourceMetadataUrl }: Challenge): void {
    this.#challenge = {
      description,
      scope: scope ?? this.#challenge.scope,
      resourceMetadataUrl: resourceMetadataUrl ?? this.#challenge.resourceMetadataUrl,
    };
  }

  #renewOnce(used: string | undefined): Promise<void> {
    this.#renewing ??= this.#renew(used).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #renew(used: string | undefined): Promise<void> {
    if (isNewer(await this.#file.read(), used)) return;
    await this.#file.exclusively(this.#ending.signal, async () => {
      const stored = await this.#file.read();
      if (isNewer(stored, used)) return;
      if (!stored.tokens) throw this.#nobody();
      await this.#refresh(stored, stored.tokens);
    });
  }

  async #refresh(stored: Credentials, tokens: StoredOAuthTokens): Promise<void> {
    const { settings, log, fetch: fetchFn } = this.#parts;
    const { refresh_token: refreshToken } = tokens;
    const client = settings.clientId === null ? stored.client : { client_id: settings.clientId };
    if (!refreshToken || !client) return this.#end(stored);
    const found = await discoverOAuthServerInfo(settings.url, { fetchFn });
    const metadata = found.authorizationServerMetadata;
    const issuer = metadata?.issuer ?? found.authorizationServerUrl;
    // A token goes to the server that made it and to nobody else.
    if (tokens.issuer !== undefined && tokens.issuer !== issuer) return this.#end(stored);
    log.debug("Renewing the access token.");
    try {
      const renewed = await refreshAuthorization(found.authorizationServerUrl, {
        ...{ clientInformation: client, refreshToken, fetchFn },
        ...(metadata && { metadata }),
        ...(stored.resource && { resource: stored.resource }),
      });
      await this.#file.write({ ...stored, tokens: dated({ ...renewed, issuer }) });
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      // Somebody who took this lock for a dead one may have been faster.
      const now = await this.#file.read();
      if (isNewer(now, tokens.access_token)) return;
      if (error.code === OAuthErrorCode.InvalidGrant) return this.#end(now);
      if (error.code === OAuthErrorCode.InvalidClient) return this.#end({ ...now, client: undefined });
      throw error;
    }
  }

  async #end({ tokens: _, ...rest }: Credentials): Promise<never> {
    await this.#file.write(rest);
    const isRevoked = this.#challenge.description === "grant_revoked";
    throw new SignInNeeded(
      isRevoked
        ? "The connection was revoked on the server; somebody has to allow it again."
        : "The sign-in has ended: it was revoked, or not used for long.",
      { hasEnded: true },
    );
  }

  #nobody(): SignInNeeded {
    return this.#wasSignedIn
      ? new SignInNeeded("The sign-in has ended: another agent found it revoked, or somebody signed out.", {
          hasEnded: true,
        })
      : new SignInNeeded("Nobody has signed in yet.", { hasEnded: false });
  }

  async #signInOnce(): Promise<void> {
    await this.#file.prepareFolder();
    const begunAt = Date.now();
    const { tokens: before } = await this.#file.read();
    const release = await this.#takeTurn(begunAt, before?.access_token);
    if (!release) return this.onSignedIn();
    try {
      // Between the last look and the turn somebody may have finished.
      if (await this.#isSettled(begunAt, before?.access_token)) return this.onSignedIn();
      const { scope, resourceMetadataUrl } = this.#challenge;
      const { settings, log, fetch } = this.#parts;
      await signIn(
        {
          ...{ settings, log, fetch, file: this.#file, signal: this.#ending.signal },
          save: (tokens, resource) => this.#save(tokens, resource),
          onPage: (page) => {
            this.#page = page;
          },
        },
        { scope: computeScopeUnion(scope, before?.scope, settings.scope), resourceMetadataUrl },
      );
      this.#hear({});
      log.say("Signed in.");
      this.onSignedIn();
    } catch (error) {
      const failure = { at: Date.now(), words: (error as Error).message };
      await this.#file.update(this.#ending.signal, (stored) => ({ ...stored, failure }));
      throw error;
    } finally {
      await release();
    }
  }

  /** The turn to ask the person, or null when another process has got an answer meanwhile. */
  async #takeTurn(begunAt: number, before: string | undefined): Promise<Release | null> {
    for (let told = false; ; told = true) {
      this.#ending.signal.throwIfAborted();
      const release = await tryLock(`${this.#file.path}.sign-in`);
      if (release) return release;
      if (!told) this.#parts.log.say("Waiting for the sign-in that another agent has opened.");
      if (await this.#isSettled(begunAt, before)) return null;
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** Whether a sign-in since `begunAt` gave what is asked for. Throws `Problem` when it failed, in its words. */
  async #isSettled(begunAt: number, before: string | undefined): Promise<boolean> {
    const stored = await this.#file.read();
    if (stored.failure && stored.failure.at >= begunAt) throw new Problem(stored.failure.words, EXIT.refused);
    if (!isNewer(stored, before)) return false;
    // A refresh makes new tokens too, but no wider ones.
    return before === undefined || !isStrictScopeSuperset(this.#challenge.scope, stored.tokens?.scope);
  }

  #save(tokens: StoredOAuthTokens, resource: string | undefined): Promise<void> {
    return this.#file.update(this.#ending.signal, ({ failure: _, ...stored }) => ({
      ...stored,
      tokens: dated(tokens),
      resource,
    }));
  }
}

function isNewer({ tokens }: Credentials, than: string | undefined): boolean {
  return tokens !== undefined && tokens.access_token !== than;
}

function dated(tokens: StoredOAuthTokens): NonNullable<Credentials["tokens"]> {
  const { expires_in: seconds } = tokens;
  return { ...tokens, expiresAt: seconds === undefined ? null : Date.now() + seconds * 1000 };
}
