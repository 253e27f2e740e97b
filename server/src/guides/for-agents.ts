import type { Addresses } from "./addresses.ts";
import { GUIDE_GROUPS, GUIDE_PATHS } from "./guides.ts";
import type { Guide } from "./read-guides.ts";

const SUMMARY =
  "A translation platform with a partner channel: apps and agents work with the keys, texts and releases of organizations through OAuth 2.0, over REST, MCP and tRPC.";

/** `/llms.txt`: every guide as Markdown with one sentence, by absolute address, so that an agent can build an integration. */
export function listForAgents(guides: readonly Guide[], { PUBLIC_URL, MCP_URL }: Addresses): string {
  const groups = GUIDE_GROUPS.map(({ title, guides: entries }) => {
    const lines = entries.map(({ slug, sentence }) => {
      const name = guides.find((guide) => guide.slug === slug)?.title;
      return `- [${name}](${PUBLIC_URL}${GUIDE_PATHS.start}/${slug}.md): ${sentence}`;
    });
    return `## ${title}\n\n${lines.join("\n")}`;
  });
  const reference = [
    `- [OpenAPI 3.1](${PUBLIC_URL}/api/openapi.json): every operation with its scope, its refusals and an example`,
    `- [Authorization server](${PUBLIC_URL}/.well-known/oauth-authorization-server): its endpoints (RFC 8414)`,
    `- [All guides in one file](${PUBLIC_URL}${GUIDE_PATHS.whole})`,
    `- MCP endpoint: ${MCP_URL}`,
  ];
  return `# Parlance\n\n> ${SUMMARY}\n\n${groups.join("\n\n")}\n\n## Reference\n\n${reference.join("\n")}\n`;
}

/** `/llms-full.txt`: all guides, one after the other. */
export function allForAgents(guides: readonly Guide[], addresses: Addresses): string {
  return `${listForAgents(guides, addresses)}\n${guides.map(({ markdown }) => markdown.trim()).join("\n\n---\n\n")}\n`;
}
