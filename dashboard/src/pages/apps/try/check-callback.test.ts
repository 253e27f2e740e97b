import { describe, expect, it } from "vitest";
import { checkCallback } from "./check-callback.ts";

const METADATA = {
  issuer: "https://parlance.example",
  authorization_endpoint: "https://parlance.example/authorize",
  token_endpoint: "https://parlance.example/token",
};
const STARTED = {
  redirectUri: "https://partner.example/callback",
  scopes: ["org:read"],
  state: "st4te",
  verifier: "v",
  challenge: "c",
};
const ISS = encodeURIComponent(METADATA.issuer);

function wrongIn(address: string, redirectUri = STARTED.redirectUri): string[] {
  const { checks } = checkCallback(address, { ...STARTED, redirectUri }, METADATA);
  return checks.flatMap(({ isPassed, text }) => (isPassed ? [] : [text]));
}

describe("an address to come back to", () => {
  it("brings a code when all of it is right", () => {
    const address = ` https://partner.example/callback?code=abc&state=st4te&iss=${ISS}\n`;
    expect(checkCallback(address, STARTED, METADATA).code).toBe("abc");
    expect(wrongIn(address)).toEqual([]);
  });

  it.each([
    ["another place", `https://evil.example/callback?code=abc&state=st4te&iss=${ISS}`, /redirect address/],
    ["another state", `https://partner.example/callback?code=abc&state=other&iss=${ISS}`, /state/],
    [
      "another issuer",
      "https://partner.example/callback?code=abc&state=st4te&iss=https%3A%2F%2Fevil.example",
      /iss/,
    ],
    ["no issuer", "https://partner.example/callback?code=abc&state=st4te", /iss/],
    ["no code", `https://partner.example/callback?state=st4te&iss=${ISS}`, /code/],
    [
      "a refusal",
      `https://partner.example/callback?error=access_denied&error_description=No.&state=st4te&iss=${ISS}`,
      /access_denied, No\./,
    ],
    ["no address", "abc", /no address/],
  ])("brings none from %s, and says why", (_, address, why) => {
    expect(checkCallback(address, STARTED, METADATA).code).toBeNull();
    expect(wrongIn(address)).toEqual([expect.stringMatching(why)]);
  });

  it("may have another port on this computer, and nowhere else", () => {
    const query = `?code=abc&state=st4te&iss=${ISS}`;
    expect(wrongIn(`http://127.0.0.1:5555/cb${query}`, "http://127.0.0.1/cb")).toEqual([]);
    expect(wrongIn(`https://partner.example:444/callback${query}`)).toHaveLength(1);
    expect(wrongIn(`http://127.0.0.1:5555/other${query}`, "http://127.0.0.1/cb")).toHaveLength(1);
  });
});
