// One window of an agent as a process of its own: it refreshes what it has in memory, and keeps the credential in a file that
// its other windows share. Asked over IPC when to.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { type App, refresh, tokens } from "../support/flow.ts";

/** What a holder is asked. */
export interface Ask {
  base: string;
  /** Whether it dies before it has stored what it was answered: it says so, and waits to be killed. */
  dies: boolean;
}

/** What it says: the status of its refresh, and what it has in memory after it. */
export interface Said {
  status: number;
  memory: string;
}

const [file = "", app = ""] = process.argv.slice(2);
let memory = readFileSync(file, "utf8");

process.on("message", async ({ base, dies }: Ask) => {
  const answer = await refresh(base, JSON.parse(app) as App, memory);
  const { status } = answer;
  if (status === 200 && !dies) {
    memory = (await tokens(answer)).refresh_token;
    writeFileSync(`${file}.${process.pid}`, memory);
    renameSync(`${file}.${process.pid}`, file);
  }
  process.send?.({ status, memory } satisfies Said);
});
