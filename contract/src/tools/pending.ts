import { z } from "zod";
import { DEFAULT_CHANNEL } from "../cdn.ts";
import { instant } from "../operation.ts";
import { BULK_LIMIT, namespaceName } from "../operations/keys.ts";
import { languageCode, valueStatus } from "../operations/projects.ts";
import { channelName } from "../operations/releases.ts";
import { lenient, tool } from "../tool.ts";
import { someTexts } from "./selection.ts";

const count = z.number().int();

const previewed = z.object({
  kid: z.uuid().nullable().describe("null where no key is called so any more"),
  k: z.string(),
  ns: z.string().nullable(),
  t: z.string().nullable().describe("as it would be published, cut at 200 letters; null where it goes away"),
  st: valueStatus.nullable().describe("null where there is no text any more"),
});

const deleted = z.object({
  kid: z.uuid(),
  k: z.string(),
  ns: z.string().nullable(),
  src: z.string().nullable().describe("the source text as it is published"),
});

const pendingChanges = {
  prj: z.string(),
  has_chg: z.boolean(),
  sum: z.object({ tr: count, del_k: count, lng_chg: count, tot: count }),
  by_lng: z.record(z.string(), z.object({ cnt: count, prv: z.array(previewed) })),
  del_k: z.array(deleted),
  lng_chg: z.object({ add: z.array(z.string()), rm: z.array(z.string()) }).optional(),
  pub_dst: z.enum(["cdn"]),
  no_pub_rsn: z.string().optional(),
  recent: z.array(
    z.object({
      id: z.string(),
      tp: z.enum(["publish", "import"]),
      st: z.string(),
      at: instant.nullable(),
      nk: count,
      uk: count,
      tf: count,
    }),
  ),
  hint: z.string().optional(),
};

const plan = {
  planId: z.string(),
  expiresAt: instant,
  channel: z.string(),
  base: count.nullable().describe("number of the release that the channel shows now"),
  texts: count.describe("in the release that it would make"),
  files: count.describe("that would differ"),
  languages: z.array(z.object({ language: z.string(), added: count, changed: count, removed: count })),
  warnings: z.array(z.object({ code: z.string(), language: z.string(), count })),
  changes: z
    .array(
      z.object({
        language: z.string(),
        namespace: z.string(),
        name: z.string(),
        before: z.string().nullable(),
        after: z.string().nullable(),
      }),
    )
    .optional()
    .describe("the first of them, texts cut at 200 letters"),
  more: z.boolean().describe("there are more changes than these"),
  note: z.string().optional(),
  hint: z.string(),
};

export const pendingTools = {
  getPendingChanges: tool("pending.list", {
    title: "What a publish would change",
    description:
      "Compares the project with what is live. sum counts texts (tr), deleted keys (del_k) and language changes (lng_chg: languages that come or go, or another source). by_lng has per language the count (cnt) and the first texts (prv: key id kid, name k, namespace ns, text t, status st). Look here before publishTranslations; planPublish fixes exactly what will go out.",
    procedure: { name: "mcp.getPendingChanges" },
    input: lenient(z.object({})),
    output: z.object(pendingChanges),
  }),
};

export const planTools = {
  planPublish: tool("plans.create", {
    title: "Plan a publish",
    description:
      "Works out exactly what a publish would change, for a person to agree to, and keeps it as a plan. publishPlan then publishes that and nothing else, and refuses when something in it has moved meanwhile. Narrow it with languages, namespaces or translations (all that are given have to fit); without them it is everything pending.",
    input: lenient(
      z.object({
        channel: channelName.default(DEFAULT_CHANNEL),
        languages: z.array(languageCode).min(1).max(BULK_LIMIT).optional(),
        namespaces: z.array(namespaceName).min(1).max(BULK_LIMIT).optional(),
        translations: someTexts.optional(),
      }),
    ),
    output: z.object(plan),
  }),
};
