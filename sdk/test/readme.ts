import { readFileSync } from "node:fs";
import { join } from "node:path";

const README = readFileSync(join(import.meta.dirname, "..", "README.md"), "utf8");

/** The blocks of the README in a language, in order. */
export function blocks(language: "js" | "ts"): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm");
  return [...README.matchAll(pattern)].map(([, code]) => code as string);
}

/** All TypeScript of the page as one program, with what a reader has from elsewhere. */
export function program(): string {
  const code = blocks("ts").join("\n");
  const imports = code.match(/^import .*$/gm) ?? [];
  return `
import { writeFile } from "node:fs/promises";
import { createParlance } from "@parlance/sdk";
${imports.join("\n")}
declare const [connectionId, userId]: [string, string];
declare function show(words: string, link?: string): void;
${code.replaceAll(/^import .*\n/gm, "").replace(/^const client = /m, `${PARLANCE}const client = `)}
export { messages, release };
`;
}

const PARLANCE = `const parlance = createParlance({
  url: "https://parlance.test", clientId: "app_1", redirectUri: "https://partner.test/callback", store,
});
`;
