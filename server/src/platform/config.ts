import { CREDENTIALS } from "@parlance/contract/credentials";
import { z } from "zod";

const flag = z.enum(["1", "0", "true", "false"]).transform((text) => text === "1" || text === "true");
const seconds = (fallback: number) => z.coerce.number().int().min(0).default(fallback);
const DAY = 86_400;
const retention = (days: number) =>
  z.coerce
    .number()
    .int()
    .min(DAY, `it must be at least ${DAY}, a day`)
    .default(days * DAY);
const address = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ""));

/**
 * Every environment variable the server reads, with its meaning (spec/oauth, "Addresses and settings"). A life is in
 * seconds.
 */
const SETTINGS = {
  NODE_ENV: z
    .enum(["development", "production", "test"])
    .default("development")
    .describe("`production` requires HTTPS, SECRET_KEY, SMTP_URL and MAIL_FROM"),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65535)
    .default(3000)
    .describe("port to listen on; 0 takes a free one"),
  HOST: z.string().optional().describe("address to listen on; 0.0.0.0 in production, else 127.0.0.1"),
  PUBLIC_URL: address
    .optional()
    .describe("sign-in, consent, dashboard; the one issuer; http://localhost:PORT by default"),
  API_URL: address.optional().describe("partner API and token endpoint; PUBLIC_URL by default"),
  CDN_URL: address.optional().describe("published files; {PUBLIC_URL}/cdn by default"),
  MCP_URL: address.optional().describe("the MCP resource identifier; {PUBLIC_URL}/mcp by default"),
  DATA_DIR: z
    .string()
    .default("./data")
    .describe("embedded database, secret key, development mails, and which processes of this node live"),
  DATABASE_URL: z
    .string()
    .regex(/^(postgres(ql)?:\/\/|file:)/, "it must begin with postgres:// or file:")
    .optional()
    .describe("postgres://… or file:…; SQLite in DATA_DIR by default"),
  DATABASE_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(6)
    .max(500)
    .default(20)
    .describe("how many connections to Postgres this process opens at the most"),
  SECRET_KEY: z
    .string()
    .min(32)
    .optional()
    .describe("at least 32 characters; made once in DATA_DIR/secret.key in development"),
  SECRET_KEY_PREVIOUS: z.string().min(32).optional().describe("the key before, while a rotation lasts"),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe("mail server; development writes to DATA_DIR/mail"),
  MAIL_FROM: z.string().optional().describe("sender of mails"),
  TRUSTED_PROXIES: z
    .string()
    .default("")
    .describe("addresses or CIDR ranges whose X-Forwarded-For is believed, comma separated"),
  REGISTRATION: z
    .enum(["open", "token", "off"])
    .default("open")
    .describe("who may register clients at /api/auth/mcp/register; open also takes metadata documents"),
  REGISTRATION_TOKEN: z
    .string()
    .min(16)
    .optional()
    .describe("bearer token for registration of confidential clients"),
  REGISTRATIONS_PER_HOUR: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .default(20)
    .describe(
      "new clients that one network may register, and the tenth of all registrations that it may send",
    ),
  RATE_LIMIT_PER_MINUTE: z.coerce
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe("resource calls per installation token or API key"),
  PUBLISH_COOLDOWN_SECONDS: seconds(0).describe("shortest time between two releases of a project"),
  PUBLISH_PLAN_SECONDS: seconds(3600).describe("how long a publish plan can be published"),
  ALLOW_PRIVATE_TARGETS: flag.default(false).describe("lets outgoing requests reach private addresses"),
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("fatal, error, warn, info, debug, trace or silent"),
  SIGNING_ALGORITHM: z
    .enum(["EdDSA", "ES256"])
    .default("EdDSA")
    .describe("which of the two published keys signs access tokens"),
  AUTHORIZATION_REQUEST_SECONDS: seconds(600).describe("life of a pending authorization request"),
  AUTHORIZATION_CODE_SECONDS: seconds(CREDENTIALS.authorization_code.lifeSeconds).describe(
    "life of an authorization code",
  ),
  DEVICE_CODE_SECONDS: seconds(CREDENTIALS.device_code.lifeSeconds).describe(
    "how long a device waits for somebody to type its code and decide",
  ),
  ACCESS_TOKEN_SECONDS: seconds(CREDENTIALS.access_token.lifeSeconds).describe("life of an access token"),
  REFRESH_TOKEN_SECONDS: seconds(CREDENTIALS.refresh_token.lifeSeconds).describe(
    "life of a refresh token, from its issue",
  ),
  INSTALLATION_TOKEN_SECONDS: seconds(CREDENTIALS.installation_token.lifeSeconds).describe(
    "life of an installation token",
  ),
  API_KEY_SECONDS: seconds(CREDENTIALS.organization_key.lifeSeconds).describe("life of a secret API key"),
  INVITATION_SECONDS: seconds(CREDENTIALS.invitation.lifeSeconds).describe("life of an invitation"),
  REFRESH_RETRY_CONFIDENTIAL_SECONDS: seconds(86_400).describe(
    "how long after its first use a replaced refresh token is still answered, of an app with a secret; 0 = never",
  ),
  REFRESH_RETRY_PUBLIC_SECONDS: seconds(3600).describe("the same for an app without"),
  AUDIT_SECONDS: retention(400).describe("how long an entry of the audit is kept"),
  AUDIT_ROUTINE_SECONDS: retention(90).describe(
    "the same for minted installation tokens and renewed refresh tokens",
  ),
  AUDIT_ADDRESSES: z
    .enum(["none", "network", "full"])
    .default("none")
    .describe(
      "whether an entry of the audit keeps the client's address: none, network (IPv6 by its /64) or full",
    ),
  TEST_CLOCK_FILE: z.string().optional().describe("NODE_ENV=test only: file with an offset in milliseconds"),
  TEST_CRASH_AT: z
    .string()
    .optional()
    .describe("NODE_ENV=test only: named point at which the process kills itself"),
} as const;

type Settings = { [Name in keyof typeof SETTINGS]: z.output<(typeof SETTINGS)[Name]> };

export interface Config extends Settings {
  HOST: string;
  /** The issuer: an origin without trailing slash. */
  PUBLIC_URL: string;
  API_URL: string;
  CDN_URL: string;
  MCP_URL: string;
  /** Pages and cookies are served over HTTPS. */
  secure: boolean;
}

/** Every setting with its default and meaning, one line for each. */
export function describeSettings(): string {
  return Object.entries(SETTINGS)
    .map(([name, schema]) => {
      const fallback = schema.safeParse(undefined).data;
      const unset = fallback === undefined || fallback === "" ? "" : ` (${fallback})`;
      return `${name}${unset}\n    ${schema.description}`;
    })
    .join("\n");
}

/** A setting is missing or invalid; the message is one sentence that names it. */
export class ConfigError extends Error {}

/** Reads and checks the environment. Empty variables count as unset. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const settings = {} as Record<string, unknown>;
  for (const [name, schema] of Object.entries(SETTINGS)) {
    const parsed = schema.safeParse(environment[name] || undefined);
    if (!parsed.success) {
      throw new ConfigError(`The setting ${name} is wrong: ${parsed.error.issues[0]?.message ?? "invalid"}.`);
    }
    settings[name] = parsed.data;
  }
  return Object.freeze(derive(settings as Settings));
}

function derive(settings: Settings): Config {
  const production = settings.NODE_ENV === "production";
  const PUBLIC_URL = settings.PUBLIC_URL ?? `http://localhost:${settings.PORT}`;
  const config: Config = {
    ...settings,
    HOST: settings.HOST ?? (settings.NODE_ENV === "production" ? "0.0.0.0" : "127.0.0.1"),
    PUBLIC_URL,
    API_URL: settings.API_URL ?? PUBLIC_URL,
    CDN_URL: settings.CDN_URL ?? `${PUBLIC_URL}/cdn`,
    MCP_URL: settings.MCP_URL ?? `${PUBLIC_URL}/mcp`,
    secure: PUBLIC_URL.startsWith("https:"),
  };
  const issuer = new URL(PUBLIC_URL);
  if (issuer.origin !== PUBLIC_URL) {
    throw new ConfigError(
      "The setting PUBLIC_URL is wrong: it must be an origin without a path, such as https://translate.example.com.",
    );
  }
  if (new URL(config.API_URL).origin !== config.API_URL) {
    throw new ConfigError("The setting API_URL is wrong: it must be an origin without a path.");
  }
  if (settings.NODE_ENV === "development" && !isLoopback(issuer.hostname)) {
    throw new ConfigError(
      "The setting PUBLIC_URL names a host that others reach, so NODE_ENV has to be production.",
    );
  }
  // API_URL holds the token endpoint, and tokens travel to all of them (RFC 6749 §3.2, RFC 6750 §5.3).
  for (const name of ["PUBLIC_URL", "API_URL", "MCP_URL"] as const) {
    if (production && !config[name].startsWith("https:")) {
      throw new ConfigError(`The setting ${name} must begin with https:// in production.`);
    }
  }
  const postgres = settings.DATABASE_URL?.startsWith("postgres") ?? false;
  if ((production || postgres) && !settings.SECRET_KEY) {
    throw new ConfigError(
      "The setting SECRET_KEY is missing: production and Postgres need one of at least 32 characters.",
    );
  }
  if (production && !settings.SMTP_URL)
    throw new ConfigError("The setting SMTP_URL is missing: production sends mails.");
  if (production && !settings.MAIL_FROM)
    throw new ConfigError("The setting MAIL_FROM is missing: production sends mails.");
  if (settings.REGISTRATION === "token" && !settings.REGISTRATION_TOKEN) {
    throw new ConfigError("The setting REGISTRATION_TOKEN is missing: REGISTRATION=token needs it.");
  }
  for (const name of ["TEST_CLOCK_FILE", "TEST_CRASH_AT"] as const) {
    if (settings[name] && settings.NODE_ENV !== "test") {
      throw new ConfigError(`The setting ${name} is only accepted with NODE_ENV=test.`);
    }
  }
  return config;
}

/** Whether a host, as `URL.hostname` has it, is this machine by one of its own names. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
