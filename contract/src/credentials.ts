const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * Every secret the server issues. Opaque ones read prefix + random part + CRC32 of both in the same alphabet, so a leak
 * is recognized at a glance and checked offline (spec/oauth, "Credentials").
 */
export const CREDENTIALS = {
  authorization_code: { prefix: "bi_ac_", form: "base62", lifeSeconds: 10 * MINUTE, use: "one exchange" },
  access_token: {
    prefix: "eyJ",
    form: "jwt",
    lifeSeconds: 30 * MINUTE,
    use: "mints installation tokens, revokes its grants, reads /me",
  },
  refresh_token: { prefix: "rt_", form: "base62", lifeSeconds: 30 * DAY, use: "renews the access token" },
  installation_token: {
    prefix: "bi_oat_",
    form: "base62",
    lifeSeconds: HOUR,
    use: "every resource call; mints nothing",
  },
  client_secret: { prefix: "bi_cs_", form: "base62", lifeSeconds: null, use: "authenticates an app" },
  invitation: {
    prefix: "bi_inv_",
    form: "base62",
    lifeSeconds: 7 * DAY,
    use: "lets the invited address join one organization",
  },
} as const;

export type CredentialKind = keyof typeof CREDENTIALS;
export type OpaqueCredentialKind = Exclude<CredentialKind, "access_token">;

/** 160 random bits are 27 letters of base 62; a CRC32 is 6. */
export const RANDOM_BYTES = 20;
export const BASE62 = {
  alphabet: "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  randomLetters: 27,
  checksumLetters: 6,
} as const;

/**
 * Matches every credential in free text, for log redaction and leak scanners. The parts of a JWT are bounded, because
 * strangers choose what is logged and an unbounded part is looked for from every `eyJ` to the end.
 */
export const CREDENTIAL_PATTERN = new RegExp(
  [
    ...Object.values(CREDENTIALS)
      .filter((entry) => entry.form === "base62")
      .map((entry) => `${entry.prefix}[0-9A-Za-z]{${BASE62.randomLetters + BASE62.checksumLetters}}`),
    "eyJ[\\w-]{10,200}\\.[\\w-]{10,8000}\\.[\\w-]{10,700}",
  ].join("|"),
  "g",
);
