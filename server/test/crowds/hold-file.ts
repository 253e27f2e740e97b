import { DatabaseSync } from "node:sqlite";

/** The other process: holds the write lock of the file in its first argument until it is told to let go, or killed. */
const database = new DatabaseSync(process.argv[2] as string);
database.exec("begin immediate");
process.send?.("held");
process.once("message", () => {
  database.exec("commit");
  process.disconnect();
});
