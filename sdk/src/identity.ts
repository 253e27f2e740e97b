import type { Identity } from "./client.ts";
import { type Connections, isGone } from "./connections.ts";
import type { Scope } from "./contract.ts";
import { InvalidTokenError, MissingScopeError } from "./errors.ts";
import type { Installations, Narrowing } from "./installation.ts";
import type { Settings } from "./settings.ts";
import type { Connection } from "./store.ts";

interface Parts {
  settings: Settings;
  connections: Connections;
  installations: Installations;
  askFor(connection: Connection, scope: Scope): Promise<string>;
}

/**
 * Calls as a connection. A token that ended early, or is older than what the user allowed since, is minted again once;
 * 410 is written down as revoked; a missing scope knows how to be asked for.
 */
export function connectionIdentity(
  { settings, connections, installations, askFor }: Parts,
  connectionId: string,
  narrowing: Narrowing,
): Identity {
  return {
    apiUrl: settings.apiUrl,
    async withToken(call, signal) {
      for (let isFirst = true; ; isFirst = false) {
        const connection = await connections.live(connectionId);
        const { token } = await installations.token(connection, narrowing, signal);
        try {
          return await call(token);
        } catch (error) {
          if (isFirst && isStale(error, narrowing)) await installations.forget(connection, narrowing, token);
          else if (error instanceof MissingScopeError)
            throw askable(error, () => askFor(connection, error.scope));
          else {
            const judged = await connections.judged(error, connection);
            // The user has connected again meanwhile: what was refused is done as the grant that the row has now.
            if (!(isFirst && judged === error && isGone(error))) throw judged;
          }
        }
      }
    },
  };
}

/** A token that was asked to hold less lacks a scope for ever. */
function isStale(error: unknown, { scopes }: Narrowing): boolean {
  if (error instanceof InvalidTokenError) return true;
  return error instanceof MissingScopeError && error.mintAgain && (!scopes || scopes.includes(error.scope));
}

/** The same error, which can also ask the user. */
function askable(error: MissingScopeError, authorizeUrl: () => Promise<string>): MissingScopeError {
  const { status, code, message: sentence, scope: required, mintAgain, requestId } = error;
  return new MissingScopeError({ status, code, sentence, required, mintAgain, requestId }, authorizeUrl);
}
