import { parseArgs } from "node:util";
import { Agent } from "./agent.ts";
import { markedDraft } from "./draft.ts";
import { startSignIn } from "./sign-in.ts";
import { publishDrafts, writeDrafts } from "./translate.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { publish: { type: "boolean", default: false } },
});
const [project, language] = positionals;
if (!project || !language) {
  console.error("Say which project and language: northwind/website de. With --publish, drafts go live.");
  process.exit(2);
}

// #region way-in
const url = new URL(process.env.PARLANCE_MCP_URL ?? "http://localhost:3000/mcp");
const given = process.env.PARLANCE_TOKEN;
const signIn = given
  ? undefined
  : await startSignIn((link) => console.log(`Open this address in your browser:\n${link}`));
const agent = new Agent(url, signIn ?? { token: async () => given });
// #endregion

try {
  const written = await writeDrafts(agent, { project, language }, markedDraft);
  console.log(`${written} drafts written.`);
  if (values.publish) console.log(await publishDrafts(agent, { project, language }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  await agent.close();
  await signIn?.stop();
}
