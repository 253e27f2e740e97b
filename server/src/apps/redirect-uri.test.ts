import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FORBIDDEN_SCHEMES } from "./forbidden-schemes.ts";
import {
  isLocalProgram,
  isLoopbackUri,
  originOf,
  receiverOf,
  redirectUriErrors,
  redirectUriMatches,
  redirectUriProblem,
} from "./redirect-uri.ts";

const PUBLIC = { confidential: false };
const CONFIDENTIAL = { confidential: true };
const KINDS = [PUBLIC, CONFIDENTIAL];
const ALLOWED = [
  "https://example.com",
  "https://example.com/",
  "https://example.com/callback?tenant=1&x=%2F",
  "https://example.com:8443/cb",
  "https://xn--bcher-kva.example/cb",
  "https://192.0.2.1/cb",
  "https://[2001:db8::1]/cb",
  "https://example.com/a@b",
  "http://localhost/cb",
  "http://localhost:3000/cb",
  "http://127.0.0.1:8080",
  "http://[::1]:1/cb",
];
const REFUSED = [
  "",
  "/callback",
  "//example.com/cb",
  "example.com/cb",
  "http://example.com/cb",
  "http://127.0.0.2/cb",
  "http://127.1/cb",
  "http://0.0.0.0/cb",
  "http://[::]/cb",
  "http://localhost.example.com/cb",
  "http://localhost.:3000/cb",
  "http://LOCALHOST/cb",
  "http://127.0.0.1.example.com/cb",
  "http://127.0.0.1:99999/cb",
  "http://localhost:1@example.com/",
  "http://localhost:80/cb",
  "https://example.com/cb#",
  "https://example.com/cb#fragment",
  "https://*.example.com/cb",
  "https://example.com/*",
  "https://user@example.com/cb",
  "https://user:password@example.com/cb",
  "https://@example.com/cb",
  "https://:@example.com/cb",
  "https://example.com:443/cb",
  "https://EXAMPLE.com/cb",
  "HTTPS://example.com/cb",
  "https:example.com/cb",
  "https:/example.com/cb",
  "https:///example.com/cb",
  "https://2130706433/cb",
  "https://0x7f.1/cb",
  "https://ex%61mple.com/cb",
  "https://example.com\\@evil.example/cb",
  "https:\\\\example.com/cb",
  "https://example.com /cb",
  " https://example.com/cb",
  "https://example.com/cb ",
  "https://example.com/cb\n",
  "https://example.com/\r\nSet-Cookie:a=b",
  "https://example.com/\t",
  "https://example.com/\u0000",
  "https://exämple.com/cb",
  "https://example.com/\u202e",
  "https://example.com/<script>",
  'https://example.com/"',
  "https://example.com:port/cb",
  "https://",
  "https://[::1",
  "javascript:alert(1)",
  "javascript://example.com/%0aalert(1)",
  "JaVaScRiPt:alert(1)",
  "java\nscript:alert(1)",
  "data:text/html,hello",
  "data:text.html,hello",
  "file:///etc/passwd",
  "vbscript:msgbox",
  "blob:https://example.com/x",
  "about:blank",
  "ftp://example.com/cb",
  "ws://example.com/cb",
  "urn:ietf:wg:oauth:2.0:oob",
  "localhost:8080/cb",
  "view-source:https://example.com/",
  "ms-msdt:/id",
  "MyApp:/cb",
  "myapp:",
  ".com:/cb",
  "com.:/cb",
  "Com.Example:/cb",
  "com.example.app:",
  "com.example.app://user@host/cb",
  "com.example.app:/cb#fragment",
  "com.example.app:/*",
  `https://example.com/${"a".repeat(2000)}`,
  "https://example.com/cb?%63ode=old",
];
const PRIVATE_USE = [
  "com.example.app:/callback",
  "com.example.app://host/cb?x=1",
  "com.example-1.app:cb",
  "cursor://anysphere.cursor-mcp/oauth/callback",
  "vscode://vscode.github-authentication/did-authenticate",
  "myapp:/cb",
  "myapp://cb",
];

describe("a redirect URI may be registered", () => {
  test.each(ALLOWED)("%s", (uri) => {
    for (const app of KINDS) expect(redirectUriProblem(uri, app)).toBeNull();
  });

  test.each(PRIVATE_USE)("%s by public apps only", (uri) => {
    expect(redirectUriProblem(uri, PUBLIC)).toBeNull();
    expect(redirectUriProblem(uri, CONFIDENTIAL)).toMatch(/public/);
  });
});

describe("a redirect URI may not be registered", () => {
  test.each(REFUSED)("%j", (uri) => {
    for (const app of KINDS) expect(redirectUriProblem(uri, app)).toBeTypeOf("string");
  });

  test.each(["code", "state", "iss", "error", "error_description", "error_uri"])(
    "that has the parameter %s of our answer",
    (name) => {
      for (const uri of [
        `https://example.com/cb?${name}=old`,
        `https://example.com/cb?tenant=1&${name}`,
        `http://127.0.0.1/cb?${name}=`,
        `com.example.app:/cb?${name}=1`,
      ]) {
        expect(redirectUriProblem(uri, PUBLIC)).toBe(
          `must not have the query parameter ${name}, which stands in our answer`,
        );
      }
      expect(redirectUriProblem(`https://example.com/${name}?my_${name}=1`, PUBLIC)).toBeNull();
    },
  );

  test("and each bad one of a list is named by its pointer", () => {
    const errors = redirectUriErrors(["https://a.example/", "http://a.example/", "x"], PUBLIC);
    expect(errors.map((error) => error.pointer)).toEqual(["/redirectUris/1", "/redirectUris/2"]);
  });
});

describe("what is accepted is harmless", () => {
  const uri = fc.oneof(
    fc.webUrl({ withQueryParameters: true, withFragments: true }),
    fc.string({ unit: "binary", maxLength: 60 }),
    fc
      .tuple(
        fc.constantFrom("https://", "http://", "https:", "javascript:", "com.example:", "http://localhost"),
        fc.string({ unit: "grapheme", maxLength: 40 }),
      )
      .map((parts) => parts.join("")),
    fc
      .array(
        fc.constantFrom(
          "https:",
          "http:",
          "/",
          "\\",
          "@",
          ":",
          "localhost",
          "127.0.0.1",
          "a.b",
          "%40",
          "?",
          "80",
        ),
      )
      .map((parts) => parts.join("")),
  );

  test("every parser sees the host that stands there", () => {
    fc.assert(
      fc.property(uri, fc.constantFrom(...KINDS), (text, app) => {
        if (redirectUriProblem(text, app) !== null) return;
        const url = new URL(text);
        expect(url.username + url.password + url.hash).toBe("");
        expect(FORBIDDEN_SCHEMES.has(url.protocol.slice(0, -1)) && !/^https?:$/.test(url.protocol)).toBe(
          false,
        );
        if (url.protocol.startsWith("http")) expect(text.startsWith(url.origin)).toBe(true);
        if (url.protocol === "http:") expect(isLoopbackUri(text)).toBe(true);
        if (originOf(text) === "") expect(app).toBe(PUBLIC);
      }),
      { numRuns: 3000 },
    );
  });

  test("a registered URI is matched only by itself", () => {
    fc.assert(
      fc.property(uri, uri, (registered, asked) => {
        const app = { confidential: true, redirectUris: [registered] };
        expect(redirectUriMatches(app, asked)).toBe(registered === asked);
      }),
    );
  });

  test("a native loopback URI is matched at every port and nowhere else", () => {
    const app = { confidential: false, redirectUris: ["http://127.0.0.1:3000/cb?a=1"] };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 65_535 }), uri, (port, other) => {
        expect(redirectUriMatches(app, `http://127.0.0.1:${port}/cb?a=1`)).toBe(true);
        if (redirectUriMatches(app, other)) expect(other).toMatch(/^http:\/\/127\.0\.0\.1(:\d+)?\/cb\?a=1$/);
      }),
    );
  });
});

describe("a loopback listener's port is free (RFC 8252 §7.3)", () => {
  const native = {
    confidential: false,
    redirectUris: ["http://localhost:8080/cb", "http://[::1]/cb", "com.example.app:/cb"],
  };

  test.each([
    ["http://localhost:8080/cb", true],
    ["http://localhost:51234/cb", true],
    ["http://localhost/cb", true],
    ["http://[::1]:51234/cb", true],
    ["com.example.app:/cb", true],
    ["http://127.0.0.1:8080/cb", false],
    ["http://localhost:8080/cb/", false],
    ["http://localhost:8080/other", false],
    ["http://localhost:8080/cb?x=1", false],
    ["http://localhost:8080/cb#x", false],
    ["http://localhost:65536/cb", false],
    ["http://localhost:-1/cb", false],
    ["http://localhost:/cb", false],
    ["http://localhost:80@evil.example/cb", false],
    ["http://localhost:8080\\@evil.example/cb", false],
    ["http://localhost.evil.example:8080/cb", false],
    ["https://localhost:8080/cb", false],
    ["com.example.app:1/cb", false],
  ])("%s: %s", (uri, expected) => {
    expect(redirectUriMatches(native, uri)).toBe(expected);
  });

  test("for public apps only", () => {
    const web = { confidential: true, redirectUris: ["http://localhost:8080/cb"] };
    expect(redirectUriMatches(web, "http://localhost:8081/cb")).toBe(false);
  });

  test.each([
    ["http://127.0.0.1", "http://127.0.0.1:59656/", true],
    ["http://127.0.0.1/", "http://127.0.0.1:59656", true],
    ["http://127.0.0.1?a=1", "http://127.0.0.1/?a=1", true],
    ["http://127.0.0.1/", "http://127.0.0.1//", false],
    ["http://127.0.0.1/", "http://127.0.0.1?a=1", false],
    ["https://example.com", "https://example.com/", false],
  ])("an empty path there equals a slash: %s and %s: %s", (registered, asked, expected) => {
    expect(redirectUriMatches({ confidential: false, redirectUris: [registered] }, asked)).toBe(expected);
  });
});

test("only web addresses have an origin, so a page with the origin null is nobody's", () => {
  expect(originOf("https://example.com/cb?x=1")).toBe("https://example.com");
  expect(originOf("com.example.app:/cb")).toBe("");
});

test.each([
  ["https://app.example:8443/cb", "app.example:8443", false],
  ["http://127.0.0.1:8080/cb", "127.0.0.1:8080", true],
  ["cursor://anysphere.cursor-mcp/oauth/callback", "cursor", true],
  ["com.example.app:/done", "com.example.app", true],
])("what is sent to %s goes to %s, a program on this computer: %s", (uri, receiver, isLocal) => {
  expect([receiverOf(uri), isLocalProgram(uri)]).toEqual([receiver, isLocal]);
});

// Of the web's own, https is a rule of its own.
test.each([...FORBIDDEN_SCHEMES].filter((scheme) => scheme !== "https"))(
  "nobody takes the scheme %s",
  (scheme) => {
    expect(redirectUriProblem(`${scheme}://host/cb`, PUBLIC)).toBeTypeOf("string");
    expect(redirectUriProblem(`${scheme}:cb`, PUBLIC)).toBeTypeOf("string");
  },
);
