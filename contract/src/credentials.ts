import type { AccessKind } from "./operation.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/**
 * Every secret the server issues. An opaque one is a prefix, a random part, and a CRC32 of both in the same alphabet, so
 * that a leak is recognized at a glance and checked offline (spec/oauth, "Credentials").
 */
export const CREDENTIALS = {
  authorization_code: { prefix: "bi_ac_", form: "base62", lifeSeconds: 10 * MINUTE, use: "one exchange" },
  device_code: {
    prefix: "bi_dc_",
    form: "base62",
    lifeSeconds: 10 * MINUTE,
    use: "one exchange, once a person has typed the code beside it and allowed the device",
  },
  access_token: {
    prefix: "eyJ",
    form: "jwt",
    lifeSeconds: 30 * MINUTE,
    use: "mints installation tokens, revokes its grants, reads /me; with the audience MCP_URL calls tools instead",
  },
  refresh_token: { prefix: "rt_", form: "base62", lifeSeconds: 30 * DAY, use: "renews the access token" },
  installation_token: {
    prefix: "bi_oat_",
    form: "base62",
    lifeSeconds: HOUR,
    use: "every resource call; mints nothing",
  },
  public_key: {
    prefix: "bi_pub_",
    form: "letters",
    lifeSeconds: null,
    use: "reads published content, safe in browsers",
  },
  organization_key: {
    prefix: "bi-",
    form: "letters",
    lifeSeconds: YEAR,
    use: "every resource call of one organization, for the command line and servers",
  },
  client_secret: { prefix: "bi_cs_", form: "base62", lifeSeconds: null, use: "authenticates an app" },
  registration_token: {
    prefix: "bi_rat_",
    form: "base62",
    lifeSeconds: null,
    use: "reads or deletes a self-registered app",
  },
  invitation: {
    prefix: "bi_inv_",
    form: "base62",
    lifeSeconds: 7 * DAY,
    use: "lets the invited address join one organization",
  },
} as const;

export type CredentialKind = keyof typeof CREDENTIALS;
export type OpaqueCredentialKind = Exclude<CredentialKind, "access_token">;

/**
 * Which kinds of access a credential opens; one that is missing here opens none. Beside the credentials stand the session
 * of a signed-in person, and nothing at all. A new credential needs an entry in both tables and a folder that recognizes it.
 */
export const OPENS = {
  access_token: ["access_token", "any_token"],
  /** An access token whose audience is `MCP_URL` (spec/oauth §3). */
  agent_token: ["scope"],
  installation_token: ["scope", "any_token"],
  organization_key: ["scope"],
  /** Published content only, which is no operation. */
  public_key: [],
  session: ["scope", "role"],
  nothing: ["anyone"],
} as const satisfies Partial<
  Record<CredentialKind | "agent_token" | "session" | "nothing", readonly AccessKind[]>
>;

/** The credentials that a caller presents as a token, by the folder that recognizes them. */
export type TokenKind = Exclude<keyof typeof OPENS, "agent_token" | "session" | "nothing">;

/** How opaque credentials are written after their prefix: random bytes (160 bits or more) and a CRC32, as letters. */
export const FORMS = {
  base62: {
    alphabet: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    randomBytes: 20,
    randomLetters: 27,
    checksumLetters: 6,
  },
  /** 64 letters of base 52, the form by which existing clients recognize keys. */
  letters: {
    alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
    randomBytes: 40,
    randomLetters: 58,
    checksumLetters: 6,
  },
} as const;

/**
 * Matches every credential in free text, for log redaction and leak scanners. The parts of a JWT are bounded, because
 * strangers choose what is logged, and an unbounded part would be searched from every `eyJ` to the end.
 */
export const CREDENTIAL_PATTERN = new RegExp(
  [
    ...Object.values(CREDENTIALS).flatMap(({ prefix, form }) =>
      form === "jwt" ? [] : patternOf(prefix, form),
    ),
    "eyJ[\\w-]{10,200}\\.[\\w-]{10,8000}\\.[\\w-]{10,700}",
  ].join("|"),
  "g",
);

function patternOf(prefix: string, form: keyof typeof FORMS): string {
  const { randomLetters, checksumLetters } = FORMS[form];
  const letters = form === "base62" ? "[0-9A-Za-z]" : "[A-Za-z]";
  return `${prefix}${letters}{${randomLetters + checksumLetters}}`;
}
