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
    "",
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
  ])("%j is none", (path) => {
    expect(parseAddress(path)).toBeUndefined();
  });
});
