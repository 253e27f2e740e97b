import pg from "pg";
import { planName } from "./outdated.ts";
import { sent } from "./sent.ts";

/** Runs a statement that has a name, so that a connection plans it once. Without the copies that pg makes of a configuration. */
export function runNamed(
  client: pg.ClientBase,
  { name, sql }: { name: string; sql: string },
  values: unknown[],
): Promise<pg.QueryResult> {
  return sent(client, () => {
    const { promise, resolve, reject } = Promise.withResolvers<pg.QueryResult>();
    const query = new pg.Query(sql, values, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
    client.query(Object.assign(query, { name: planName(name) }));
    return promise;
  });
}
