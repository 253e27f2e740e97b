const MOST_CHARACTERS = 500;

/**
 * Whether a client_id has the form of the address of a metadata document (draft-ietf-oauth-client-id-metadata-document §3):
 * a web address with a path, in its one spelling, so without user, fragment, dot segments, default port or capital letters
 * in its host. Whether it is https is decided where it is fetched, because a development server may take http.
 */
export function isDocumentAddress(clientId: string): boolean {
  if (clientId.length > MOST_CHARACTERS || !/^https?:\/\/[!-~]+$/.test(clientId)) return false;
  if (clientId.includes("#") || !URL.canParse(clientId)) return false;
  const url = new URL(clientId);
  return url.href === clientId && url.pathname !== "/" && url.username === "" && url.password === "";
}

/** The host that answers for an app; null for one that is registered here. */
export function documentHost(clientId: string): string | null {
  return isDocumentAddress(clientId) ? new URL(clientId).host : null;
}
