import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { openTestSqlite, type TestDatabase } from "../../test/support/databases.ts";
import { addProject, type World } from "../../test/support/projects.ts";
import { findPointer, readRelease } from "./published.ts";

const SCRIPT = fileURLToPath(new URL("../../test/support/publish-once.ts", import.meta.url));

describe("a publish that is killed", () => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await openTestSqlite();
    world = await addProject(testContext(database.db), { languages: ["de"] });
    await world.call("keys.create", { keys: [{ name: "title", values: { en: "Hello", de: "Hallo" } }] });
    await world.call("releases.create");
  });
  afterAll(() => database.close());

  const live = async () => {
    const pointer = await findPointer(database.db.read, { id: world.project.id });
    return readRelease(database.db.read, pointer?.releaseId ?? "");
  };
  const publishElsewhere = async (crashAt: string) => {
    const { person: caller, reach, project } = world;
    const child = spawn(process.execPath, [SCRIPT, JSON.stringify({ caller, place: { reach, project } })], {
      env: { ...process.env, NODE_ENV: "test", DATABASE_URL: database.url, TEST_CRASH_AT: crashAt },
      stdio: ["ignore", "inherit", "inherit"],
    });
    const [code, signal] = await once(child, "exit");
    return signal ?? code;
  };

  it.each(["publish.files-written", "publish.release-written"])(
    "leaves the old release live at %s, and the next publish completes",
    async (point) => {
      const before = await live();
      await world.call("values.set", {
        values: [{ key: { name: "title" }, language: "de", text: `before ${point}` }],
      });
      expect(await publishElsewhere(point)).toBe("SIGKILL");
      expect(await live()).toEqual(before);

      expect(await publishElsewhere("nowhere")).toBe(0);
      const after = await live();
      expect(after.number).toBe(before.number + 1);
      expect(after.files.get("en/translations.json")).toEqual(before.files.get("en/translations.json"));
      expect(after.files.get("de/translations.json")?.hash).not.toBe(
        before.files.get("de/translations.json")?.hash,
      );
    },
  );
});
