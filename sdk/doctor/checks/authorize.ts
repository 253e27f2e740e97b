import { foreignText, type Patient, type Returned } from "../patient.ts";
import { type Check, faults } from "./check.ts";

const WRONG_ISSUER = "https://another-server.example";

/** How an app begins an authorization, and whose answers it takes (RFC 6749 §4.1, RFC 7636, RFC 9207, RFC 9700 §4.7). */
export const AUTHORIZE_CHECKS: readonly Check[] = [
  {
    id: "request",
    title: "asks for a code, for its own callback",
    guide: "connect",
    async run(patient) {
      const { query, redirectUri } = await patient.begin(patient.user());
      const { callback } = patient.options;
      return faults(
        [query.get("response_type") !== "code", "response_type is not code."],
        [!query.get("client_id"), "client_id is missing."],
        [query.has("client_secret"), "The client secret stands in the address of the authorization."],
        [
          callback !== undefined && redirectUri !== null && redirectUri !== callback,
          `redirect_uri is ${redirectUri}, and not ${callback}: they are compared byte for byte.`,
        ],
      );
    },
  },
  {
    id: "pkce",
    title: "proves with PKCE (S256) that whoever sends the code is whoever asked",
    guide: "connect",
    async run(patient) {
      const browser = patient.user();
      const [one, other] = [await patient.begin(browser), await patient.begin(patient.user())];
      const { exchange } = await patient.comeBack(browser, one);
      return faults(
        [one.challenge === null, "code_challenge is missing."],
        [
          one.challenge !== null && one.challengeMethod !== "S256",
          `code_challenge_method is ${one.challengeMethod ?? "missing"}, and not S256.`,
        ],
        [
          one.challengeMethod === "S256" && !/^[\w-]{43}$/.test(one.challenge ?? ""),
          "code_challenge is not the SHA-256 of a verifier in base64url.",
        ],
        [
          one.challenge !== null && one.challenge === other.challenge,
          "Two authorizations have the same code_challenge: a verifier is good for one.",
        ],
        [
          exchange?.fault?.includes("verifier") === true,
          "The code verifier is not the one of the challenge.",
        ],
      );
    },
  },
  {
    id: "state",
    title: "takes an answer only in the browser that began, once",
    guide: "connect",
    async run(patient) {
      const [one, other] = [await patient.begin(patient.user()), await patient.begin(patient.user())];
      if (one.state === null)
        return ["state is missing: anybody could connect their account with your user."];
      const forged = await attempt(patient, { state: foreignText() });
      const without = await attempt(patient, { state: null });
      const begun = await patient.begin(patient.user());
      const elsewhere = await patient.comeBack(patient.stranger(), begun);
      const browser = patient.user();
      const request = await patient.begin(browser);
      const first = await patient.comeBack(browser, request);
      const again = await patient.comeBack(browser, request);
      return faults(
        [one.state === other.state, "Two authorizations have the same state."],
        [one.state.length < 16, "state is shorter than 16 letters: it must not be guessed."],
        [forged.redeemed, "The callback took a code with a state that nobody began with."],
        [without.redeemed, "The callback took a code without a state."],
        [elsewhere.redeemed, "The callback took, in another browser, a code with the state of the first."],
        [first.redeemed && again.redeemed, "The callback took a second code with a state that was used."],
      );
    },
  },
  {
    id: "iss",
    title: "takes an answer only from the server that it asked",
    guide: "connect",
    async run(patient) {
      const foreign = await attempt(patient, { iss: WRONG_ISSUER });
      const without = await attempt(patient, { iss: null });
      return faults(
        [foreign.redeemed, `The callback took a code with iss=${WRONG_ISSUER} (RFC 9207).`],
        [
          without.redeemed,
          "The callback took a code without iss, although the server says that it sends it.",
        ],
      );
    },
  },
  {
    id: "cancel",
    title: "says so when the user does not allow it",
    guide: "connect",
    async run(patient) {
      const { visit, redeemed } = await attempt(patient, { code: null, error: "access_denied" });
      return faults(
        [visit.status >= 500, `The callback with error=access_denied answers ${visit.status}.`],
        [redeemed, "The callback redeemed a code although the answer was an error."],
      );
    },
  },
];

async function attempt(patient: Patient, change: Record<string, string | null>): Promise<Returned> {
  const browser = patient.user();
  return patient.comeBack(browser, await patient.begin(browser), change);
}
