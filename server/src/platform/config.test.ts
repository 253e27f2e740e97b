import { expect, test } from "vitest";
import { ConfigError, describeSettings, readConfig } from "./config.ts";

const PRODUCTION = {
  NODE_ENV: "production",
  PUBLIC_URL: "https://translate.example.com",
  SECRET_KEY: "a secret key that only tests use, of length",
  SMTP_URL: "smtps://mail.example.com",
  MAIL_FROM: "Parlance <translate@example.com>",
};

test("without settings the server is one for development, on this machine", () => {
  expect(readConfig({})).toMatchObject({
    NODE_ENV: "development",
    HOST: "127.0.0.1",
    PUBLIC_URL: "http://localhost:3000",
    API_URL: "http://localhost:3000",
    CDN_URL: "http://localhost:3000/cdn",
    MCP_URL: "http://localhost:3000/mcp",
    secure: false,
  });
});

test("production is complete with HTTPS, a secret key and a mail server", () => {
  expect(readConfig(PRODUCTION)).toMatchObject({ HOST: "0.0.0.0", secure: true });
});

test("every setting is listed with its default and a sentence, so that nobody has to read the source", () => {
  const lines = describeSettings().split("\n");
  expect(lines).toContain("DATABASE_CONNECTIONS (20)");
  expect(lines.filter((line) => !line.startsWith("    "))).toEqual(
    expect.arrayContaining(["PORT (3000)", "DATABASE_URL", "SECRET_KEY"]),
  );
  for (const sentence of lines.filter((line) => line.startsWith("    "))) {
    expect(sentence).not.toContain("undefined");
  }
});

test("the audit is kept for 400 days, what apps do all day for 90", () => {
  expect(readConfig({})).toMatchObject({ AUDIT_SECONDS: 400 * 86_400, AUDIT_ROUTINE_SECONDS: 90 * 86_400 });
  expect(readConfig({ AUDIT_SECONDS: "86400" }).AUDIT_SECONDS).toBe(86_400);
});

test("an empty variable counts as unset", () => {
  expect(readConfig({ PORT: "", DATABASE_URL: "", SECRET_KEY: "" }).PORT).toBe(3000);
});

test("a trailing slash of an address does not become part of the issuer", () => {
  expect(readConfig({ ...PRODUCTION, PUBLIC_URL: "https://translate.example.com/" }).PUBLIC_URL).toBe(
    PRODUCTION.PUBLIC_URL,
  );
});

test.each<[string, Record<string, string>]>([
  ["PORT", { PORT: "99999" }],
  ["PORT", { PORT: "http" }],
  ["NODE_ENV", { NODE_ENV: "staging" }],
  ["LOG_LEVEL", { LOG_LEVEL: "loud" }],
  ["DATABASE_URL", { DATABASE_URL: "mysql://localhost/parlance" }],
  ["PUBLIC_URL", { PUBLIC_URL: "localhost:3000" }],
  ["PUBLIC_URL", { PUBLIC_URL: "http://localhost:3000/translate" }],
  ["PUBLIC_URL", { PUBLIC_URL: "http://localhost:3000?a=1" }],
  ["PUBLIC_URL", { PUBLIC_URL: "http://translate.example.com" }],
  ["API_URL", { API_URL: "http://localhost:3000/api" }],
  ["PUBLIC_URL", { ...PRODUCTION, PUBLIC_URL: "http://translate.example.com" }],
  ["API_URL", { ...PRODUCTION, API_URL: "http://api.example.com" }],
  ["SECRET_KEY", { ...PRODUCTION, SECRET_KEY: "" }],
  ["SECRET_KEY", { ...PRODUCTION, SECRET_KEY: "too short" }],
  ["SECRET_KEY_PREVIOUS", { SECRET_KEY_PREVIOUS: "too short" }],
  ["SECRET_KEY", { DATABASE_URL: "postgres://localhost/parlance" }],
  ["SMTP_URL", { ...PRODUCTION, SMTP_URL: "" }],
  ["SMTP_URL", { ...PRODUCTION, SMTP_URL: "https://mail.example.com" }],
  ["MAIL_FROM", { ...PRODUCTION, MAIL_FROM: "" }],
  ["REGISTRATION_TOKEN", { REGISTRATION: "token" }],
  ["REGISTRATION", { REGISTRATION: "closed" }],
  ["ACCESS_TOKEN_SECONDS", { ACCESS_TOKEN_SECONDS: "-1" }],
  // Nothing is kept for ever, and nothing goes before anybody could have looked.
  ["AUDIT_SECONDS", { AUDIT_SECONDS: "0" }],
  ["AUDIT_SECONDS", { AUDIT_SECONDS: "400 days" }],
  ["AUDIT_ROUTINE_SECONDS", { AUDIT_ROUTINE_SECONDS: "86399" }],
  ["RATE_LIMIT_PER_MINUTE", { RATE_LIMIT_PER_MINUTE: "0" }],
  ["DATABASE_CONNECTIONS", { DATABASE_CONNECTIONS: "5" }],
  ["TEST_CLOCK_FILE", { TEST_CLOCK_FILE: "/tmp/clock" }],
  ["TEST_CLOCK_FILE", { ...PRODUCTION, TEST_CLOCK_FILE: "/tmp/clock" }],
  ["TEST_CRASH_AT", { TEST_CRASH_AT: "publish.files-written" }],
])("%s is refused with one sentence that names it: %o", (name, environment) => {
  expect(() => readConfig(environment)).toThrow(ConfigError);
  expect(() => readConfig(environment)).toThrow(new RegExp(`^The setting ${name} [^\n]+\\.$`));
});
