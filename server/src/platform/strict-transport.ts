/** Binds browsers that reached us over HTTPS once to it, for two years (RFC 6797 §6.1). Not sent over HTTP (§7.2). */
export const STRICT_TRANSPORT = { "Strict-Transport-Security": "max-age=63072000" } as const;
