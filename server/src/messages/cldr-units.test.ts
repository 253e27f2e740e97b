import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { checkMessage, readMessage, type Shape } from "./check-message.ts";

/** Half a million texts on a machine that may be busy. */
const PATIENCE_MILLISECONDS = 180_000;

const FOLDER = join(dirname(createRequire(import.meta.url).resolve("cldr-units-full/package.json")), "main");

it(
  "every unit pattern of CLDR passes as a plural message, in its language and beside the English one",
  () => {
    const sources = new Map<string, Shape | undefined>();
    for (const [unit, text] of messagesIn("en")) sources.set(unit, readMessage(text, "icu"));
    let count = 0;
    const refused: string[] = [];
    for (const language of readdirSync(FOLDER)) {
      for (const [unit, text] of messagesIn(language)) {
        count++;
        const problems = checkMessage({ text, format: "icu", language, source: sources.get(unit) });
        for (const { kind, found } of problems)
          refused.push(`${language} ${unit}: ${kind}, ${found}: ${text}`);
      }
    }
    expect(refused.slice(0, 20)).toEqual([]);
    expect(count).toBe(526_424);
  },
  PATIENCE_MILLISECONDS,
);

const COUNT = "unitPattern-count-";
type Units = Record<string, Record<string, Record<string, string>>>;

/** `{n, plural, one {# day} other {# days}}`, for each unit and width that has patterns. */
function* messagesIn(language: string): Generator<[unit: string, text: string]> {
  const file = JSON.parse(readFileSync(join(FOLDER, language, "units.json"), "utf8"));
  const { long, short, narrow } = file.main[language].units as Units;
  for (const [width, units] of Object.entries({ long, short, narrow })) {
    for (const [unit, patterns] of Object.entries(units ?? {})) {
      const branches = Object.entries(patterns).flatMap(([name, pattern]) => {
        return name.startsWith(COUNT) ? [`${name.slice(COUNT.length)} {${inMessage(pattern)}}`] : [];
      });
      if (branches.length > 0) yield [`${width}/${unit}`, `{n, plural, ${branches.join(" ")}}`];
    }
  }
}

/** Apostrophes doubled and signs of the syntax quoted, as ICU wants them. */
function inMessage(pattern: string): string {
  return pattern.replaceAll("'", "''").replace(/[<#]/g, "'$&'").replace("{0}", "#");
}
