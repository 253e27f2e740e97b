import { expect, it } from "vitest";
import { consentSentence, plain } from "./sentence.ts";

it.each([
  {
    scopes: ["keys:read", "translations:write"],
    organizations: [{ name: "Acme", projects: 2 }],
    says: "Bot will read keys and write drafts of translations in Acme (2 projects). It cannot publish.",
  },
  {
    scopes: ["projects:read", "keys:read"],
    organizations: [{ name: "Acme", projects: 1 }],
    says: "Bot will read projects and keys in Acme (1 project). It cannot change or publish anything.",
  },
  {
    scopes: ["org:read", "projects:read", "keys:read", "keys:write", "translations:write", "content:write"],
    organizations: [
      { name: "Acme", projects: "all" as const },
      { name: "Globe", projects: 3 },
    ],
    says:
      "Bot will read organization details, projects and keys, change keys, and write drafts of translations and " +
      "content in Acme (all projects) and Globe (3 projects). It cannot publish.",
  },
  {
    scopes: ["glossary:write", "translations:publish"],
    organizations: [{ name: "Acme", projects: "all" as const }],
    says: "Bot will change the glossary and publish translations in Acme (all projects). What it publishes is live at once.",
  },
])("says: $says", ({ scopes, organizations, says }) => {
  expect(plain(consentSentence("Bot", scopes, organizations))).toBe(says);
});
