import type { Database } from "../../../src/database/open.ts";
import { call } from "../../support/flow.ts";
import { type Acknowledged, keyOf, publishKeyOf, type Stage, textOf } from "./callers.ts";

/** Of each kind, the newest; they were answered just before the kill. */
const CHECKED = 20;

/** Asks the new process for what its predecessor acknowledged since it was started. */
export async function checkHeld({ base, figures }: Stage, told: Acknowledged, kill: number): Promise<void> {
  const checks = [
    { path: "/me", held: told.accessTokens, expected: 200 },
    { path: "/organizations", held: told.installationTokens, expected: 200 },
    { path: "/organizations", held: told.revokedTokens, expected: 410 },
  ];
  for (const { path, held, expected } of checks) {
    for (const token of held.splice(0).slice(-CHECKED)) {
      const { status } = await call(base, path, token);
      if (status !== expected)
        figures.fault(`after kill ${kill} a token was answered ${status}, not ${expected}`);
    }
  }
}

/** Compares the tables with what was acknowledged, when nobody writes any more. */
export async function reckon(db: Database, { projectId, figures }: Stage, told: Acknowledged): Promise<void> {
  const expectSame = (what: string, found: unknown, expected: unknown) => {
    const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
    if (one !== other) figures.fault(`${what}: ${one}, not ${other}`);
  };
  const values = await db.read
    .selectFrom("translations")
    .innerJoin("keys", "keys.id", "translations.keyId")
    .select(["keys.name", "translations.text", "translations.revision"])
    .where("keys.projectId", "=", projectId)
    .orderBy("keys.name")
    .execute();
  // The first revision came with the key.
  const written = told.writes.map((count, writer) => ({
    name: keyOf(writer),
    text: textOf(writer, count),
    revision: count + 1,
  }));
  expectSame("values", values, written);

  const releases = await db.read
    .selectFrom("releases")
    .select("number")
    .where("projectId", "=", projectId)
    .orderBy("number")
    .execute();
  const numbers = releases.map(({ number }) => number);
  expectSame(
    "numbers of releases",
    numbers,
    told.releases.map((_, at) => at + 1),
  );
  expectSame("releases as they were answered", told.releases, numbers);

  const kept = await db.read
    .selectFrom("idempotencyKeys")
    .select(["key", "body"])
    .where("operation", "=", "releases.create")
    .execute();
  expectSame(
    "releases by their keys",
    kept.map(({ key, body }) => `${key} ${body === "" ? "under way" : JSON.parse(body).number}`).toSorted(),
    told.releases.map((number, at) => `${publishKeyOf(at)} ${number}`).toSorted(),
  );

  // A second deed for one key would be one more of these.
  const writes = told.writes.reduce((sum, count) => sum + count, 0);
  for (const [action, count] of [
    ["values.set", writes],
    ["releases.create", told.releases.length],
  ] as const) {
    const rows = db.read.selectFrom("auditEntries").select("id").where("action", "=", action);
    expectSame(`audit rows of ${action}`, (await rows.execute()).length, count);
  }
  for (const grants of told.grantIds.values()) expectSame("grants of an app", grants.size, 1);
}
