import { FILE_FORMATS, type FormatFacts } from "@parlance/contract/formats";
import { expect, test } from "vitest";
import { refuseMisfit } from "./refuse-misfit.ts";

const ONE: FormatFacts = { ...FILE_FORMATS.json_flat, languages: "one", namespaces: "one", maxBytes: 100 };
const PAIR: FormatFacts = { ...ONE, languages: "pair" };
const MANY: FormatFacts = { ...ONE, languages: "many", namespaces: "many" };
const language = "de";
const namespace = "shop";

test.each([
  ["one language and namespace", ONE, { language, namespace }, null],
  ["one language, in the default namespace", ONE, { language }, null],
  ["one language that nobody says", ONE, { namespace }, { pointer: "/language", code: "required" }],
  ["a pair of which one is said", PAIR, { language }, null],
  ["a pair of which none is said", PAIR, {}, { pointer: "/language", code: "required" }],
  ["a file that says everything", MANY, {}, null],
  ["languages said twice", MANY, { language }, { pointer: "/language", code: "unknown_field" }],
  ["namespaces said twice", MANY, { namespace }, { pointer: "/namespace", code: "unknown_field" }],
  ["as many bytes as the format takes", MANY, { size: 100 }, null],
  ["more bytes than the format takes", MANY, { size: 101 }, { pointer: "/size", code: "too_big" }],
])("%s", (_, facts, fields, error) => {
  const announce = () => refuseMisfit({ format: "json_flat", size: 1, ...fields }, facts);
  if (error) {
    expect(announce).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        extra: { errors: [expect.objectContaining(error)] },
      }),
    );
  } else announce();
});
