import { z } from "zod";
import { keyName, namespaceName } from "../operations/keys.ts";
import { languageCode, valueStatus } from "../operations/projects.ts";
import { lenient, tool } from "../tool.ts";

const LONGEST_SEARCH = 200;
const MOST_SEARCHES = 10;
const MOST_NAMES = 100;

const part = z.string().max(LONGEST_SEARCH);
const search = z
  .union([part, z.array(part).max(MOST_SEARCHES)])
  .optional()
  .describe("a part of it in any case; several mean any of them");
const namespaces = z.array(namespaceName).max(MOST_NAMES).optional().describe("all unless named");
const count = z.number().int();

const keyField = z.enum([
  "id",
  "sourceText",
  "translations",
  "translatedLanguages",
  "translatedLanguageCount",
]);

const listedKey = z.object({
  k: z.string(),
  ns: count.describe("index into nss"),
  id: z.uuid().optional(),
  src: z.string().nullable().optional(),
  tl: z.array(z.string()).optional(),
  tlc: count.optional(),
  tr: z.record(z.string(), z.string()).optional(),
});

/** A key with its texts in few letters (contract/mcp, 6.6). */
const compactTexts = {
  id: z.uuid(),
  k: z.string(),
  ns: z.string().optional().describe("left out for the namespace default"),
  src: z.string().nullable().optional(),
  tr: z
    .record(z.string(), z.object({ id: z.string(), t: z.string(), st: valueStatus }))
    .optional()
    .describe("by language: text t with its status st"),
  tc: count.optional().describe("number of translations"),
};

const compactFound = {
  prj: z.string(),
  sl: z.string().describe("source language"),
  ret: count,
  tot: count,
  has_more: z.boolean(),
  srch: search,
  lng: z.array(z.string()).optional(),
  st: z.enum(["missing", "draft", "published"]).optional(),
  keys: z.array(z.object(compactTexts)),
  nsd: z
    .record(z.string(), z.object({ kc: count, desc: z.string().optional(), ap: z.string().optional() }))
    .optional()
    .describe("what namespaces of these keys say of themselves: key count, description, prompt"),
  hint: z.string().optional(),
};

export const findTextTools = {
  listKeys: tool("keys.list", {
    title: "List keys",
    description:
      "Keys by namespace and name, page by page: k name, ns index into nss, id for other tools, src source text, tl and tlc languages that have a translation and their number, tr translations. search looks at key names only; to find texts use getTranslations. missingLanguage finds what is left to translate. note says where tot or the list is cut.",
    procedure: { name: "mcp.listKeys" },
    input: lenient(
      z.object({
        search,
        namespaces,
        missingLanguage: languageCode.optional().describe("keys without a translation in it"),
        fields: z
          .array(keyField)
          .max(10)
          .optional()
          .describe("id and sourceText unless told; all but id need translations:read"),
        page: count.min(1).max(1_000_000).default(1),
        limit: count.min(1).max(250).default(20),
      }),
    ),
    output: z.object({
      ...{ tot: count, ret: count, pg: count, lim: count, has_more: z.boolean() },
      nss: z.array(z.string()),
      k: z.array(listedKey),
      note: z.string().optional(),
    }),
  }),
  getTranslations: tool("values.list", {
    title: "Find texts",
    description:
      "Keys with their source text (src) and translations (tr: text t, status st by language). search looks at key names, source texts and translations; languages narrows both what is searched and what is returned; keys takes exact key names. status needs languages: missing, draft (below what the project publishes) or published (a release holds it). There are no pages: narrow the search when has_more.",
    procedure: { name: "mcp.getAllTranslations" },
    input: lenient(
      z.object({
        search,
        languages: z.array(languageCode).max(MOST_NAMES).optional(),
        namespaces,
        keys: z.array(keyName).max(MOST_NAMES).optional().describe("exact key names"),
        status: z.enum(["missing", "draft", "published", "all"]).default("all"),
        limit: count.min(1).max(200).default(100),
        compact: z.boolean().default(false).describe("names and the number of translations, no texts"),
      }),
    ),
    output: z.object({
      ...compactFound,
      ...{ returned: count, total: count, hasMore: z.boolean() },
      keys: z.array(z.object({ ...compactTexts, key: z.string(), namespace: z.string() })),
    }),
    shown: z.object(compactFound),
  }),
};
