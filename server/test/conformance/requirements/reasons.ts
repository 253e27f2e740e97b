/** Reasons that several rows share. */
export const TLS_ENDS_BEFORE_US =
  "TLS ends at the operator's proxy or platform, which chooses versions and ciphers; the server speaks HTTP behind it and insists on an https PUBLIC_URL in production (settings/https-required).";
export const NO_IMPLICIT_GRANT =
  "The implicit grant does not exist here: RFC 9700 §2.1.2 advises against it, and response_type=code is the only one.";
export const NO_PASSWORD_GRANT =
  "The password grant does not exist here: RFC 9700 §2.4 forbids it. It answers unsupported_grant_type.";
export const NO_CLIENT_CREDENTIALS_GRANT =
  "The client-credentials grant does not exist here: every grant names the user who gave it.";
export const NO_EXTENSION_GRANTS = "Neither extension grants nor own token types are defined here.";
export const NO_SOFTWARE_STATEMENTS =
  "Software statements are not offered; RFC 7591 §3.1.1 lets a server ignore them.";
export const NO_SIGNED_METADATA =
  "Signed metadata is not offered; it is optional, and HTTPS protects the document.";
export const NO_CLIENT_KEYS =
  "Apps authenticate with a secret or not at all: client keys (jwks, private_key_jwt) are not offered, so that an app needs nothing but an HTTP client.";
export const NO_SENDER_CONSTRAINT =
  "Tokens are bearer tokens, because the published clients send them so. Instead access tokens live 30 minutes, name one audience and read no resource, installation tokens live an hour, and all of them end with their grant at once.";
export const NO_ID_TOKEN = "There is no ID token: the OpenID scope names open userinfo only.";
