import pg from "pg";
import { planName } from "./outdated.ts";
import { sendTogether } from "./send-together.ts";

/** Runs a statement that has a name, so that a connection plans it once. Without the copies that pg makes of a configuration. */
export function runNamed(
  client: pg.ClientBase,
  { name, sql }: { name: string; sql: string },
  values: unknown[],
): Promise<pg.QueryResult> {
  const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
  const query = new pg.Query(sql, values, (error, result) => {
    if (error) reject(error);
    else resolve(result);
  });
  sendTogether(client);
  client.query(Object.assign(query, { name: planName(name) }));
  return promise;
}
