import { describe, expect, it } from "vitest";
import { parseAddress } from "./address.ts";

const ID = "2f3007e1-bca2-45c6-ade9-5d0b012fb945";

describe("addresses below the CDN's base", () => {
  it.each([
    ["acme/website/manifest.json", "acme/website", "manifest.json"],
    ["acme/website/de.json", "acme/website", "de/translations.json"],
    ["acme/website/de/translations.json", "acme/website", "de/translations.json"],
    ["acme/website/pt_BR/auth.json", "acme/website", "pt-br/auth.json"],
    ["acme/website/ZH-Hans-CN/Auth.v2.json", "acme/website", "zh-hans-cn/Auth.v2.json"],
    ["Acme/Website/de%2Fauth.json", "acme/website", "de/auth.json"],
    [`${ID.toUpperCase()}/de.json`, ID, "de/translations.json"],
  ])("%s is %s, %s", (path, projectKey, file) => {
    expect(parseAddress(path)).toMatchObject({ projectKey, path: file });
  });

  it.each([
    ["acme/website/translations/de.json", "production", "de/translations.json"],
    ["v1/acme/website/de.json", "production", "de/translations.json"],
    ["acme/website/@preview/de.json", "preview", "de/translations.json"],
    ["acme/website/%40Preview/manifest.json", "preview", "manifest.json"],
    [`${ID}/@feature-1/de/auth.json`, "feature-1", "de/auth.json"],
    [`v1/${ID}/@7/de/auth.json`, 7, "de/auth.json"],
  ])("%s is of %s, %s", (path, tree, file) => {
    const wanted = typeof tree === "number" ? { release: tree } : { channel: tree };
    expect(parseAddress(path)).toMatchObject({ tree: wanted, path: file });
  });

  it("reads what a batch and a delta ask for", () => {
    expect(parseAddress("acme/website/de/batch.json", "x=1&ns=b,a%2Cc,,a")).toMatchObject({
      batch: ["a", "b", "c"],
    });
    expect(parseAddress("acme/website/de.json", "since=12&v=1")).toMatchObject({ since: 12 });
    expect(parseAddress("acme/website/manifest.json", "since=x")).not.toHaveProperty("since");
    for (const query of [undefined, "", "ns=", "ns=,", "names=a", `ns=${"a,".repeat(5000)}`]) {
      expect([query, parseAddress("acme/website/de/batch.json", query)]).toEqual([query, undefined]);
    }
    for (const since of ["-1", "1.5", "00", "x", "", "9999999999"]) {
      expect([since, parseAddress("acme/website/de.json", `since=${since}`)]).toEqual([since, undefined]);
    }
  });

  it.each([
    "",
    "acme/website/@/de.json",
    "acme/website/@0/de.json",
    "acme/website/@-x/de.json",
    "acme/website/@9999999999/de.json",
    "acme/@preview/website/de.json",
    "/",
    "acme",
    "acme/website",
    "acme/website/",
    "acme/website/de",
    "acme/website/de/auth.json/",
    "acme/website/de/auth/more.json",
    "../../etc/passwd.json",
    "acme/../website/de.json",
    "acme/%00/de.json",
    "acme/website%/de.json",
    "acme/%ff%fe/de.json",
    "acme/web site/de.json",
    `acme/${"x".repeat(61)}/de.json`,
    `acme/website/${"x".repeat(2000)}.json`,
  ])("%j is not an address", (path) => {
    expect(parseAddress(path)).toBeUndefined();
  });
});
