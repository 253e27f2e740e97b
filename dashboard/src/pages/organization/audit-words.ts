import type { OperationName } from "@parlance/contract/operations";

/** What happens beside operations: events of the authorization server and of accounts. */
type EventName =
  | "api_key.revoked"
  | "authorization.denied"
  | "client.registered"
  | "code.exchanged"
  | "family.ended"
  | "grant.created"
  | "grant.revoked"
  | "grant.updated"
  | "installation_token.ended"
  | "secrets.leaked"
  | "token.late"
  | "token.refreshed";

/** The deed in words, to follow the name of who did it. */
const WORDS: Partial<Record<OperationName | EventName, string>> = {
  "grant.created": "connected an app",
  "grant.updated": "authorized an app again",
  "grant.revoked": "revoked a connection",
  "connections.revoke": "revoked a connection",
  "connections.revokeMine": "revoked a connection they had made",
  "installations.revoke": "ended its connection",
  "installations.mint": "took an installation token",
  "installation_token.ended": "ended an installation token",
  "authorization.denied": "declined to connect an app",
  "code.exchanged": "completed a connection",
  "token.refreshed": "renewed its tokens",
  "token.late": "renewed its tokens with one that had been replaced",
  "family.ended": "lost its tokens",
  "client.registered": "registered itself",
  "secrets.leaked": "reported a leaked client secret",
  "apps.create": "registered an app",
  "apps.update": "changed an app",
  "apps.setIcon": "changed an app's icon",
  "apps.delete": "deleted an app",
  "secrets.create": "created a client secret",
  "secrets.delete": "deleted a client secret",
  "apiKeys.create": "made an API key",
  "apiKeys.revoke": "revoked an API key",
  "api_key.revoked": "ended an API key",
  "organizations.create": "created the organization",
  "organizations.update": "renamed the organization",
  "members.update": "changed a member's role",
  "members.remove": "removed a member",
  "invitations.create": "invited somebody",
  "invitations.cancel": "cancelled an invitation",
  "invitations.accept": "joined the organization",
  "projects.create": "created a project",
  "languages.add": "added a language",
  "languages.update": "changed a language",
  "languages.remove": "removed a language",
  "languages.setSource": "changed the source language",
  "namespaces.update": "changed a namespace",
  "namespaces.delete": "deleted an empty namespace",
  "projects.update": "changed a project",
  "projects.delete": "deleted a project",
  "keys.create": "created keys",
  "keys.update": "changed a key",
  "keys.updateMany": "changed keys",
  "keys.delete": "moved keys to the trash",
  "keys.restore": "restored keys from the trash",
  "changesets.revert": "took changes back",
  "values.set": "wrote translations",
  "values.setStatus": "changed the status of translations",
  "imports.create": "announced a file to import",
  "imports.upload": "sent a file to import",
  "imports.cancel": "stopped an import",
  "releases.create": "published a release",
  "plans.create": "looked at what a release would change",
  "channels.move": "moved a channel to a release",
  "channels.delete": "deleted a channel",
  "credentials.revoke": "reported leaked credentials",
};

/** Null for actions without words; they are shown by their name. */
export function wordsFor(action: string): string | null {
  return (WORDS as Record<string, string>)[action] ?? null;
}

/** Actions to filter by, in the order of the words. */
export const KNOWN_ACTIONS = Object.keys(WORDS).sort((one, other) =>
  wordsFor(one)!.localeCompare(wordsFor(other)!),
);
