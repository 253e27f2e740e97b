import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const SERVER = join(import.meta.dirname, "..");
/** Who may write the rows of a table. Migrations make tables, and do not run beside writers. */
const WRITERS: [tables: string[], files: string[]][] = [
  [
    ["keys", "translations"],
    ["texts/store-trash.ts", "texts/store-writes.ts"],
  ],
  [
    ["changesets", "changes", "changesetLanguages"],
    ["history/store-growing.ts", "history/store.ts"],
  ],
];
/** Who may import a file that writes. */
const IMPORTERS: [file: string, importers: string[]][] = [
  ["texts/store-writes.ts", ["texts/apply-plan.ts"]],
  ["texts/store-trash.ts", ["texts/sweep-trash.ts"]],
  ["history/record-changeset.ts", ["texts/apply-plan.ts"]],
  ["history/grow-changeset.ts", ["texts/apply-plan.ts"]],
];

describe("the gate of texts", () => {
  test.each(WRITERS)("only its stores write %s", (tables, files) => {
    const writes = writesOf(tables);
    expect(
      sources()
        .filter(({ text }) => writes.test(text))
        .map(({ file }) => file),
    ).toEqual(files);
  });

  test.each(IMPORTERS)("%s is called by %s only", (file, importers) => {
    const called = sources().filter(({ file: from, text }) => calls(from, text, file));
    expect(called.map(({ file: from }) => from)).toEqual(importers);
  });

  test.each([
    [`store.insertInto("keys").values(row)`, true],
    [`store.updateTable("translations").set(fields)`, true],
    [`deleteFrom("keys")`, true],
    [`insertRows(store, "keys", COLUMNS, rows)`, true],
    [`insertRows(\n    store,\n    "translations",`, true],
    ['sql`update "keys" set "revision" = 1`', true],
    ['sql`insert into "translations" ("keyId")`', true],
    ['sql`delete from "keys" where`', true],
    [`store.selectFrom("keys")`, false],
    [`store.insertInto("keysOfRows")`, false],
    ['sql`select "id" from "keys"`', false],
  ])("%s is a write: %s", (text, isWrite) => {
    expect(writesOf(["keys", "translations"]).test(text)).toBe(isWrite);
  });
});

function writesOf(tables: readonly string[]): RegExp {
  const named = `"(?:${tables.join("|")})"`;
  const built = `(?:insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\\(\\s*${named}`;
  const rows = `insertRows\\(\\s*\\w+(?:\\.\\w+)*,\\s*${named}`;
  return new RegExp(`${built}|${rows}|(?:insert\\s+into|update|delete\\s+from)\\s+${named}`, "i");
}

/** Whether one file imports from another something other than types and constants. */
function calls(from: string, text: string, file: string): boolean {
  const [folder = "", name = ""] = file.split("/");
  const path = from.startsWith(`${folder}/`) ? `./${name}` : `../${folder}/${name}`;
  const imported = [...text.matchAll(/^import (type )?\{([^}]*)\} from "([^"]+)";/gm)];
  return imported.some(([, isType, names = "", specifier]) => {
    if (isType || specifier !== path) return false;
    return names.split(",").some((one) => /^[a-z]\w*$/.test(one.trim()));
  });
}

function sources(): { file: string; text: string }[] {
  return globSync("**/*.ts", { cwd: SERVER })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !file.endsWith(".test.ts") && !file.startsWith("database/migrations/"))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(SERVER, file), "utf8") }));
}
