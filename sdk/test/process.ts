import { DatabaseSync } from "node:sqlite";
import { createParlance } from "../src/parlance.ts";
import { sqlStore } from "../src/stores/sql.ts";

/**
 * A process of a partner: asks for an access token again and again, and says which it got, a line each. Arguments: the
 * partner's database, the settings as JSON, and the id of the connection.
 */
const [file = "", settings = "", id = ""] = process.argv.slice(2);
const db = new DatabaseSync(file, { timeout: 10_000 });
const store = sqlStore(async (statement, parameters) => db.prepare(statement).all(...parameters));
const parlance = createParlance({ ...JSON.parse(settings), store });

for (;;) {
  console.log(await parlance.ensureAccessToken(id));
  await new Promise((resolve) => setTimeout(resolve, 5 + Math.random() * 10));
}
