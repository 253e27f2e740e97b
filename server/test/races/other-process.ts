import { runCommand } from "../../src/cli.ts";
import { SYSTEM } from "../../src/database/actor.ts";
import { openDatabase } from "../../src/database/open.ts";
import { revokeGrants } from "../../src/installations/revoke.ts";
import { testContext } from "../support/context.ts";

/**
 * A process of its own on the database in its first argument: does what it is told as the command line does, in one
 * process for all, and says when it is done.
 */
const db = await openDatabase(process.argv[2] as string, 6);
const ctx = testContext(db);
process.on("message", async ([command = "", id = "", ...more]: string[]) => {
  if (command === "revoke") {
    const by = { actor: SYSTEM, via: "cli" } as const;
    await db.write((tx) => revokeGrants(tx, { id }, by, "revoked", Date.now()));
  } else await runCommand(ctx, [command, id, ...more]);
  process.send?.("done");
});
process.once("disconnect", () => void db.close());
process.send?.("ready");
