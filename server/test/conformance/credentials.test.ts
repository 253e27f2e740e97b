import { CREDENTIALS, FORMS } from "@parlance/contract/credentials";
import { afterAll, expect, test } from "vitest";
import { readConfig } from "../../src/platform/config.ts";
import { connect, exchange, installationToken, refresh, tokens } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { base, owner, web } = world;
afterAll(() => world.close());

const BASE62 = FORMS.base62;
const LETTERS = `[0-9A-Za-z]{${BASE62.randomLetters + BASE62.checksumLetters}}`;
const FORM = {
  code: new RegExp(`^${CREDENTIALS.authorization_code.prefix}${LETTERS}$`),
  refreshToken: new RegExp(`^${CREDENTIALS.refresh_token.prefix}${LETTERS}$`),
  installationToken: new RegExp(`^${CREDENTIALS.installation_token.prefix}${LETTERS}$`),
  clientSecret: new RegExp(`^${CREDENTIALS.client_secret.prefix}${LETTERS}$`),
};

test("[credentials/entropy] opaque credentials carry 160 random bits and never repeat", async () => {
  expect(BASE62.randomBytes * 8).toBeGreaterThanOrEqual(160);
  expect(62 ** BASE62.randomLetters).toBeGreaterThanOrEqual(2 ** 160);
  const all: Awaited<ReturnType<typeof issueEverything>>[] = [];
  while (all.length < 5) all.push(await issueEverything());
  for (const kind of ["code", "refreshToken", "installationToken"] as const) {
    const bodies = all.map((issued) => issued[kind].slice(-(BASE62.randomLetters + BASE62.checksumLetters)));
    expect(new Set(bodies).size).toBe(all.length);
    // No letter stands still: the whole body is random.
    for (let at = 0; at < BASE62.randomLetters; at++) {
      if (at > 0)
        expect(new Set(bodies.map((body) => body[at])).size, `${kind}, letter ${at}`).toBeGreaterThan(1);
    }
  }
});

test("[credentials/documented-size] what is issued has the form that the table documents", async () => {
  const issued = await issueEverything();
  for (const [kind, form] of Object.entries(FORM)) {
    const value = kind === "clientSecret" ? web.secret! : issued[kind as keyof typeof issued];
    expect(value, kind).toMatch(form);
  }
  expect(web.clientId).toMatch(/^app_[0-9A-Za-z]{22}$/);
});

test("[storage/no-usable-credential] the database holds no credential in the form a client presents", async () => {
  const issued = await issueEverything();
  const rotated = await tokens(refresh(base, web, issued.refreshToken));
  const bytes = world.databaseBytes();
  const secrets = {
    ...issued,
    secret: web.secret!,
    rotated: rotated.refresh_token,
    access: rotated.access_token,
  };
  for (const [kind, value] of Object.entries(secrets)) expect(bytes.includes(value), kind).toBe(false);
  // The search works: what is stored in the clear is found.
  expect(bytes.includes(web.clientId)).toBe(true);
});

test("[storage/no-token-in-cookies] no token is put into a cookie", async () => {
  const issued = await issueEverything();
  const cookies = [...owner.browser.cookies.values()].join("\n");
  for (const value of Object.values(issued)) expect(cookies).not.toContain(value);
});

test("[sign-in/guessing-limited] guessing a password is slowed down", async () => {
  // Wrong passwords count in every mode but this one, in which all tests share an address.
  const real = await startWorld({ NODE_ENV: "development" });
  const statuses: number[] = [];
  for (let guess = 0; guess < 30 && statuses.at(-1) !== 429; guess++) {
    const answer = await fetch(`${real.base}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: real.base },
      body: JSON.stringify({ email: real.owner.email, password: `wrong password ${guess}` }),
    });
    statuses.push(answer.status);
  }
  await real.close();
  expect(statuses[0]).toBe(401);
  expect(statuses.at(-1)).toBe(429);
});

test("[settings/https-required] production starts with https addresses only, development for this computer only", () => {
  const production = {
    NODE_ENV: "production",
    PUBLIC_URL: "https://translate.example",
    SECRET_KEY: "a secret key that only tests use, long enough",
    SMTP_URL: "smtp://localhost",
    MAIL_FROM: "noreply@translate.example",
  };
  expect(readConfig(production)).toMatchObject({ secure: true, API_URL: production.PUBLIC_URL });
  for (const name of ["PUBLIC_URL", "API_URL", "MCP_URL"]) {
    const wrong = { ...production, [name]: "http://translate.example" };
    expect(() => readConfig(wrong), name).toThrow(name);
  }
  expect(() => readConfig({ PUBLIC_URL: "http://translate.example" })).toThrow("PUBLIC_URL");
});

async function issueEverything() {
  const connected = await connect(owner.browser, web);
  const issued = await tokens(exchange(base, web, connected));
  return {
    code: connected.code,
    accessToken: issued.access_token,
    refreshToken: issued.refresh_token,
    installationToken: await installationToken(base, issued),
  };
}
