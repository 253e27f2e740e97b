import { onEachEngine } from "../support/engines.ts";
import { seedInstallation } from "../support/installation.ts";
import type { Script } from "../support/load.ts";
import { mcpMessage } from "../support/mcp.ts";
import { startPeer } from "../support/program.ts";
import type { Measured, Row } from "../support/row.ts";
import { startServer } from "../support/server.ts";
import { compareThroughput, steadyLoad } from "../support/throughput.ts";

const CONNECTIONS = 32;

export const row: Row = {
  name: "mcp",
  work: "tools/list, and getProject as a tool, with installation tokens: rate limit on, grant checked",
  against: "bare @modelcontextprotocol/server on node:http with the same tools, which do nothing",
  must: "≥ 0.50",
  run: (options) =>
    onEachEngine(options, async (engine, database, keep) => {
      const { reads, partner } = await seedInstallation(database, CONNECTIONS);
      const server = keep(await startServer({ databaseUrl: database.url }));
      const { reach, project } = partner.world;
      const getProject = {
        name: "getProject",
        arguments: { project: `${reach.organization.slug}/${project.slug}` },
      };
      const lists = reads.map(({ headers }) => mcpMessage(headers, "tools/list"));
      const calls = reads.map(({ headers }) => mcpMessage(headers, "tools/call", getProject));
      const { tools } = await ask<{ tools: unknown[] }>(server.port, lists[0]);
      const { content } = await ask<{ content: { text: string }[] }>(server.port, calls[0]);
      const bare = keep(
        await startPeer("mcp", { TOOLS: JSON.stringify(tools), ANSWER: content[0]?.text ?? "" }),
      );
      const measured: Measured[] = [];
      for (const [name, scripts] of [
        ["tools/list", lists],
        ["getProject", calls],
      ] as const) {
        const work = { scripts, status: 200 };
        const ours = { name: `${name}, ${engine}`, run: steadyLoad(server, work) };
        const peers = [{ name: "bare", run: steadyLoad(bare, work), atLeast: 0.5 }];
        measured.push(...(await compareThroughput(options, ours, peers)));
      }
      return measured;
    }),
};

/** The result of one message. Throws when it is refused. */
async function ask<Result>(port: number, script: Script | undefined): Promise<Result> {
  if (!script) throw new Error("there is nothing to ask");
  const { path, method, headers = {}, body = "" } = script;
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { result: Result }).result;
}
