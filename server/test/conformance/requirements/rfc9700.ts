import { NO_CLIENT_KEYS, NO_SENDER_CONSTRAINT } from "./reasons.ts";
import { requirementsOf } from "./requirement.ts";

const NO_POST_MESSAGE = "Answers travel in redirects only, never by postMessage.";
const NO_OTHER_SUBJECTS = "Every token has a user as its subject, so no app can be taken for one.";
const PROXY =
  "This addresses the operator's proxy. The server believes forwarded headers only of the proxies that TRUSTED_PROXIES names.";

/** RFC 9700, Best Current Practice for OAuth 2.0 Security. */
export const rfc9700 = requirementsOf(9700, [
  {
    at: "2.1-1",
    level: "MUST",
    requirement: "Redirect URIs match exactly, but for the port on loopback.",
    provenBy: ["redirect-uri/exact", "native/only-the-port-is-free"],
  },
  {
    at: "2.1-2",
    level: "MUST NOT",
    requirement: "No address of ours forwards a browser to wherever a parameter says.",
    provenBy: ["redirect-uri/unregistered-is-shown", "bcp/untrusted-target-is-shown"],
  },
  {
    at: "2.1-3",
    level: "MUST",
    requirement: "Redirects do not carry a user's password along.",
    provenBy: ["bcp/redirects-are-303"],
  },
  {
    at: "2.1.1-1",
    level: "MUST",
    requirement: "PKCE is supported.",
    provenBy: ["pkce/s256"],
  },
  {
    at: "2.1.1-2",
    level: "MUST",
    requirement: "Once a challenge was sent, the right verifier is demanded.",
    provenBy: ["pkce/wrong-verifier", "pkce/verifier-required"],
  },
  {
    at: "2.1.1-3",
    level: "MUST",
    requirement: "A verifier without a challenge before it is refused.",
    provenBy: ["pkce/downgrade-refused"],
  },
  {
    at: "2.1.1-4",
    level: "MUST",
    requirement: "Clients can find out that PKCE is supported.",
    provenBy: ["metadata/capabilities"],
  },
  {
    at: "2.1.1-5",
    level: "RECOMMENDED",
    requirement: "The metadata names the challenge methods.",
    provenBy: ["metadata/capabilities"],
  },
  {
    at: "2.2.1-1",
    level: "SHOULD",
    requirement: "Access tokens are bound to their sender.",
    notApplicable: NO_SENDER_CONSTRAINT,
  },
  {
    at: "2.2.2-1",
    level: "MUST",
    requirement: "Refresh tokens of public apps rotate.",
    provenBy: ["refresh/rotates", "refresh/replay-ends-family"],
  },
  {
    at: "2.3-1",
    level: "SHOULD",
    requirement: "An access token may do no more than its use needs.",
    provenBy: ["jwt/reads-no-resource", "refresh/scope-only-narrows"],
  },
  {
    at: "2.3-2",
    level: "SHOULD",
    requirement: "An access token is restricted to an audience.",
    provenBy: ["target/audience"],
  },
  {
    at: "2.3-3",
    level: "MUST",
    requirement: "A resource refuses tokens that are not meant for it.",
    provenBy: ["jwt/audience-checked"],
  },
  {
    at: "2.3-4",
    level: "SHOULD",
    requirement: "A token is restricted to resources and actions, and both are checked on every call.",
    provenBy: ["resource/scope-required", "resource/outside-the-grant"],
  },
  {
    at: "2.4-1",
    level: "MUST NOT",
    requirement: "The password grant is not used.",
    provenBy: ["token/errors"],
  },
  {
    at: "2.5-1",
    level: "SHOULD",
    requirement: "Apps that can keep a secret authenticate.",
    provenBy: ["token/confidential-must-authenticate"],
  },
  {
    at: "2.5-2",
    level: "RECOMMENDED",
    requirement: "Apps authenticate with asymmetric keys.",
    notApplicable: `${NO_CLIENT_KEYS} Secrets are ours to make: 160 random bits, stored as a hash.`,
  },
  {
    at: "2.6-1",
    level: "RECOMMENDED",
    requirement: "The authorization server publishes its metadata.",
    provenBy: ["metadata/well-known"],
  },
  {
    at: "2.6-2",
    level: "SHOULD NOT",
    requirement: "No app chooses its own client_id.",
    provenBy: ["register/unique"],
  },
  {
    at: "2.6-3",
    level: "RECOMMENDED",
    requirement: "TLS reaches from the app to the resource server.",
    notApplicable: PROXY,
  },
  {
    at: "2.6-4",
    level: "MUST NOT",
    requirement: "Answers do not travel unencrypted: http redirect URIs are for loopback only.",
    note: "A web app may register loopback too, for its developer's own machine; there the port is fixed.",
    provenBy: ["redirect-uri/https"],
  },
  {
    at: "2.6-5",
    level: "MUST",
    requirement: "With postMessage both ends are verified.",
    notApplicable: NO_POST_MESSAGE,
  },
  {
    at: "2.6-6",
    level: "MUST NOT",
    requirement: "The authorization endpoint has no CORS.",
    provenBy: ["bcp/cors"],
  },
  {
    at: "3-1",
    level: "MUST",
    requirement: "All kinds of attackers of the deployment are considered.",
    notApplicable: "It asks for an analysis; its results are the rows of sections 2 and 4.",
  },
  {
    at: "4.1.3-1",
    level: "MUST",
    requirement: "Redirect URIs are equal as strings.",
    provenBy: ["redirect-uri/exact"],
  },
  {
    at: "4.1.3-2",
    level: "MUST",
    requirement: "Native apps on localhost may use any port.",
    provenBy: ["native/any-loopback-port"],
  },
  {
    at: "4.2.4-1",
    level: "SHOULD NOT",
    requirement: "Pages of the flow load nothing from elsewhere and link nowhere else.",
    provenBy: ["bcp/page-headers"],
  },
  {
    at: "4.2.4-2",
    level: "MUST",
    requirement: "A code is void after its first use.",
    provenBy: ["code/once"],
  },
  {
    at: "4.2.4-3",
    level: "SHOULD",
    requirement: "A code used twice ends the tokens that were issued for it.",
    provenBy: ["code/replay-ends-tokens"],
  },
  {
    at: "4.7.1-1",
    level: "MUST",
    requirement: "Clients that rely on PKCE against forged answers can find out that it is supported.",
    provenBy: ["metadata/capabilities"],
  },
  {
    at: "4.8.2-1",
    level: "MUST",
    requirement: "PKCE cannot be taken out of a request unnoticed.",
    provenBy: ["pkce/required", "pkce/downgrade-refused"],
  },
  {
    at: "4.8.2-2",
    level: "MUST",
    requirement: "A verifier for a code without challenge is refused.",
    provenBy: ["pkce/downgrade-refused"],
  },
  {
    at: "4.9.3-1",
    level: "SHOULD",
    requirement: "A token taken from one resource server is useless at another.",
    note: "By audience; binding to the sender is not offered, see 2.2.1-1.",
    provenBy: ["jwt/audience-checked"],
  },
  {
    at: "4.9.3-2",
    level: "MUST",
    requirement: "The resource server treats tokens as secrets and never stores them in the clear.",
    provenBy: ["storage/no-usable-credential"],
  },
  {
    at: "4.10-1",
    level: "SHOULD",
    requirement: "Tokens are bound to their sender and restricted to an audience.",
    notApplicable: NO_SENDER_CONSTRAINT,
  },
  {
    at: "4.11.2-1",
    level: "MUST",
    requirement: "The server is not a stepping stone to a phishing site.",
    provenBy: ["bcp/untrusted-target-is-shown", "bcp/user-first-before-redirect"],
  },
  {
    at: "4.11.2-2",
    level: "MUST",
    requirement: "Nobody is redirected before having signed in.",
    note: "prompt=none without a session redirects to nobody either: it shows the page.",
    provenBy: ["bcp/user-first-before-redirect"],
  },
  {
    at: "4.11.2-3",
    level: "SHOULD",
    requirement: "Only trusted targets are redirected to without a word.",
    provenBy: ["bcp/untrusted-target-is-shown"],
  },
  {
    at: "4.12-1",
    level: "MUST NOT",
    requirement: "No redirect is a 307.",
    provenBy: ["bcp/redirects-are-303"],
  },
  {
    at: "4.12-2",
    level: "SHOULD",
    requirement: "Redirects after a form are 303.",
    provenBy: ["bcp/redirects-are-303"],
  },
  {
    at: "4.13-1",
    level: "MUST",
    requirement:
      "A proxy cleans the headers that the server relies on, and the way between them is protected.",
    notApplicable: PROXY,
  },
  {
    at: "4.14.2-1",
    level: "MUST",
    requirement: "It is decided by risk which apps get refresh tokens.",
    notApplicable:
      "Decided: every app gets them, because a user approves once and partners work while the user is away; rotation, families and revocation that counts at once bound the risk (spec/oauth §3).",
  },
  {
    at: "4.14.2-2",
    level: "MUST",
    requirement: "A refresh token is bound to the scope and resources that the user approved.",
    provenBy: ["refresh/scope-only-narrows", "target/refresh", "refresh/capped-by-its-approval"],
  },
  {
    at: "4.14.2-3",
    level: "MUST",
    requirement: "Replay of a public app's refresh token is detected by rotation, and ends the living one.",
    note: "Within the window since its first use a repeated parent gets the newest token of its chain: nobody is stranded by a lost answer or a holder that slept. Afterwards it ends the family. REFRESH_RETRY_PUBLIC_SECONDS=0 detects every repeat (spec/oauth §3).",
    provenBy: ["refresh/rotates", "refresh/replay-ends-family"],
  },
  {
    at: "4.14.2-4",
    level: "MUST",
    requirement: "A grant encoded in a refresh token is protected against change.",
    notApplicable: "Refresh tokens are random and encode nothing.",
  },
  {
    at: "4.14.2-5",
    level: "SHOULD",
    requirement: "Refresh tokens that are not used expire.",
    provenBy: ["refresh/expires"],
  },
  {
    at: "4.15.1-1",
    level: "SHOULD NOT",
    requirement: "No app influences its client_id or a claim so as to pass for a user.",
    provenBy: ["register/unique", "jwt/claims"],
  },
  {
    at: "4.15.1-2",
    level: "MUST",
    requirement: "Tokens of apps and of users can be told apart where their names could collide.",
    notApplicable: NO_OTHER_SUBJECTS,
  },
  {
    at: "4.16-1",
    level: "MUST",
    requirement: "Pages of the flow cannot be framed.",
    provenBy: ["bcp/page-headers"],
  },
  {
    at: "4.16-2",
    level: "SHOULD",
    requirement: "CSP says so, together with older headers.",
    provenBy: ["bcp/page-headers"],
  },
  {
    at: "4.16-3",
    level: "SHOULD",
    requirement: "Operators can allow certain origins to frame.",
    notApplicable: "Deliberate: nobody may frame the flow (spec/oauth §2).",
  },
  {
    at: "4.17-1",
    level: "MUST",
    requirement: "In-browser messages go to one origin and are taken from one origin.",
    notApplicable: NO_POST_MESSAGE,
  },
]);
