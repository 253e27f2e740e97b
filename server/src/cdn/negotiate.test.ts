import { describe, expect, it } from "vitest";
import { chooseEncoding, matchesEtag } from "./negotiate.ts";

describe("Accept-Encoding (RFC 9110 §12.5.3)", () => {
  it.each([
    [undefined, "identity"],
    ["", "identity"],
    ["gzip, br", "br"],
    ["gzip", "gzip"],
    ["GZIP;Q=1", "gzip"],
    ["br;q=0.5, gzip;q=0.8", "gzip"],
    ["br;q=0, gzip", "gzip"],
    ["br;q=0, *", "gzip"],
    ["*", "br"],
    ["*;q=0", "identity"],
    ["identity;q=0", "identity"],
    ["identity, br;q=0.5", "identity"],
    ["deflate, zstd", "identity"],
    ["br; q=nonsense", "identity"],
    [",,;;,=,br", "br"],
  ] as const)("%j takes %s", (header, encoding) => {
    expect(chooseEncoding(header)).toBe(encoding);
    expect(chooseEncoding(header)).toBe(encoding);
  });
});

describe("If-None-Match (RFC 9110 §13.1.2)", () => {
  const ETAG = '"abc-br"';
  it.each([
    [undefined, false],
    ['"abc-br"', true],
    ['W/"abc-br"', true],
    ['"other", "abc-br"', true],
    ['"other" ,W/"abc-br" , "x"', true],
    ["*", true],
    ['"abc"', false],
    ['"abc-gz"', false],
    ["abc-br", false],
    ["", false],
  ] as const)("%j matches: %s", (header, matches) => {
    expect(matchesEtag(header, ETAG)).toBe(matches);
  });
});
