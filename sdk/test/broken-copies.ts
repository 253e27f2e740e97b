import { cpSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "./packed.ts";

/** One mistake that a partner could make in the hand-written example, and the check that has to name it. */
export interface Broken {
  readonly mistake: string;
  readonly id: string;
  /** A part of what the report says. */
  readonly says: string;
  readonly edits: readonly (readonly [file: string, from: string, to: string])[];
}

export const BROKEN: readonly Broken[] = [
  {
    mistake: "another browser's state is taken",
    id: "state",
    says: "in another browser",
    edits: [
      ["connections.ts", "state = ? AND userId = ? AND", "state = ? AND"],
      ["connections.ts", ".get(state, userId, Date.now()", ".get(state, Date.now()"],
    ],
  },
  {
    mistake: "the issuer of the answer is not looked at",
    id: "iss",
    says: "https://another-server.example",
    edits: [["connect.ts", '    checkIssuer(metadata, query.get("iss"));\n', ""]],
  },
  {
    mistake: "the verifier is its own challenge",
    id: "pkce",
    says: "code_challenge_method is plain",
    edits: [
      ["connect.ts", 'createHash("sha256").update(codeVerifier).digest("base64url")', "codeVerifier"],
      ["connect.ts", '"code_challenge_method", "S256"', '"code_challenge_method", "plain"'],
    ],
  },
  {
    mistake: "the new refresh token is not stored",
    id: "rotation",
    says: "a refresh token that had been replaced was sent",
    edits: [
      [
        "tokens.ts",
        "refreshToken: answer.refresh_token,\n        accessToken",
        "refreshToken,\n        accessToken",
      ],
    ],
  },
  {
    mistake: "any failure of a refresh is taken for a revoke",
    id: "lost-response",
    says: "After the answer of a refresh was lost",
    edits: [
      [
        "tokens.ts",
        'if (!(error instanceof ParlanceError) || error.code !== "invalid_grant") throw error;',
        "",
      ],
    ],
  },
  {
    mistake: "everybody who waits refreshes",
    id: "parallel",
    says: "looks at once refreshed",
    edits: [
      [
        "tokens.ts",
        "return shared(refreshing, connection.refreshToken, () => refresh(connection));",
        "return refresh(connection);",
      ],
      [
        "tokens.ts",
        "const known = installationTokens.get(key);\n    if (known &&",
        "const known = installationTokens.get(key);\n    if (known && known.renewAt !== Number.POSITIVE_INFINITY &&",
      ],
    ],
  },
  {
    mistake: "410 is an error like any other",
    id: "revoked",
    says: "After 410 grant_revoked the next look still sent",
    edits: [["tokens.ts", 'error.code !== "grant_revoked") return error;', "true) return error;"]],
  },
  {
    mistake: "invalid_grant is an error like any other",
    id: "invalid-grant",
    says: "After invalid_grant the next look still sent",
    edits: [
      [
        "tokens.ts",
        'if (!(error instanceof ParlanceError) || error.code !== "invalid_grant") throw error;',
        "throw error;",
      ],
    ],
  },
  {
    mistake: "a scope that is missing is taken for a revoke",
    id: "missing-scope",
    says: "After one 403 missing_scope the connection is not used any more",
    edits: [
      [
        "tokens.ts",
        'error.code !== "grant_revoked") return error;',
        '!["grant_revoked", "missing_scope"].includes(error.code)) return error;',
      ],
    ],
  },
  {
    mistake: "every call mints",
    id: "cache",
    says: "Three more looks",
    edits: [
      [
        "tokens.ts",
        "if (known && known.renewAt > Date.now())",
        "if (known && known.renewAt > Date.now() && false)",
      ],
    ],
  },
  {
    mistake: "an access token stands in a page",
    id: "leaks",
    says: "An access token stands in the page",
    edits: [
      [
        "pages.ts",
        '<article class="card"',
        '<article data-token="$'.concat('{connection.accessToken}" class="card"'),
      ],
    ],
  },
  {
    mistake: "the token that was minted is printed",
    id: "leaks",
    says: "An installation token stands in what it prints",
    edits: [
      [
        "tokens.ts",
        "      return installation_token;\n",
        "      console.log(installation_token);\n      return installation_token;\n",
      ],
    ],
  },
  {
    mistake: "the callback is a page with the code in its address",
    id: "referrer",
    says: "The callback answers with a page",
    edits: [
      [
        "app.ts",
        'return c.redirect("/?done=connected", 303);',
        'return c.html(homePage(connections.list(c.get("userId"))));',
      ],
    ],
  },
];

/** A copy of the example in a folder of its own, with edits; throws for one that finds nothing to change. */
export function copyOfPartner(edits: Broken["edits"] = []): string {
  const folder = mkdtempSync(join(tmpdir(), "parlance-patient-"));
  cpSync(join(ROOT, "examples", "web-partner"), folder, { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  for (const [file, from, to] of edits) {
    const path = join(folder, "src", file);
    const source = readFileSync(path, "utf8");
    if (source.split(from).length !== 2) throw new Error(`${file} does not have this once: ${from}`);
    writeFileSync(
      path,
      source.replace(from, () => to),
    );
  }
  return folder;
}
