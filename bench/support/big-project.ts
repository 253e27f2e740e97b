import type { TestDatabase } from "../../server/test/support/databases.ts";
import type { Engine } from "./engines.ts";
import { type Installation, seedInstallation } from "./installation.ts";
import type { Script } from "./load.ts";
import type { Program } from "./program.ts";
import type { Keep } from "./scoped.ts";
import { LANGUAGES, seedValues } from "./seed-values.ts";
import { freshDatabase, startServer } from "./server.ts";

/** Keys of a project of a million values, and of the one that it is compared with. */
export const KEYS = { large: { full: 100_000, quick: 300 }, small: { full: 1000, quick: 100 } };

export interface BigProject {
  database: TestDatabase;
  server: Program;
  projectId: string;
  /** As tools name it. */
  names: { orgSlug: string; projectSlug: string };
  /** Ids of its keys in the order of lists. */
  keyIds: string[];
  /** A request to one of the project's paths. */
  script(method: string, path: string, body?: unknown): Script;
  /** Sends one and answers its JSON. Throws for any other status than 200 and 201. */
  // biome-ignore lint/suspicious/noExplicitAny: what an operation answers is its own test's matter
  ask(method: string, path: string, body?: unknown): Promise<any>;
}

/** A server over a database with one project of so many keys in ten languages, and an app that may do everything. */
export async function startBigProject(keep: Keep, engine: Engine, keyCount: number): Promise<BigProject> {
  const database = keep(await freshDatabase(engine));
  const installation = await seedInstallation(database);
  const { world } = installation.partner;
  const known = new Set(["en", "de", "fr"]);
  for (const code of LANGUAGES) if (!known.has(code)) await world.call("languages.add", { code });
  const keyIds = await seedValues(database.db, world, keyCount);
  const server = keep(
    await startServer({ databaseUrl: database.url, environment: { PUBLISH_COOLDOWN_SECONDS: "0" } }),
  );
  const script = scriptFor(installation);
  const ask = async (method: string, path: string, body?: unknown) => {
    const { path: at, ...request } = script(method, path, body);
    const answer = await fetch(`http://127.0.0.1:${server.port}${at}`, request);
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const names = { orgSlug: world.reach.organization.slug, projectSlug: world.project.slug };
  return { database, server, projectId: world.project.id, names, keyIds, script, ask };
}

function scriptFor({ read }: Installation): BigProject["script"] {
  return (method, path, body) => ({
    method,
    path: `${read.path}${path}`,
    headers: { ...read.headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}
