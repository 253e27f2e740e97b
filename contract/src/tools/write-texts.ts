import { z } from "zod";
import { DEFAULT_NAMESPACE } from "../cdn.ts";
import { warnings } from "../operation.ts";
import { BULK_LIMIT, keyName, namespaceName, text } from "../operations/keys.ts";
import { namespaceOperations } from "../operations/namespaces.ts";
import { languageCode, valueStatus } from "../operations/projects.ts";
import { lenient, tool } from "../tool.ts";

/** Keys that one call deletes or brings back. */
const MOST_KEY_IDS = 100;
const MOST_TRANSLATED_KEYS = 500;
/** Texts of one call, whatever its keys: they are written in one transaction. */
export const MOST_TEXTS = 5000;

export const keyIds = z.array(z.uuid().toLowerCase()).min(1).max(MOST_KEY_IDS);
const keyId = z.uuid().toLowerCase().describe("id of a key, from listKeys or getTranslations");
const count = z.number().int();
const hint = z.string().optional();
/** Texts that were stored although they break a rule of messages, of a project that warns. */
const problems = warnings.describe("texts that were stored although something is wrong with them");

const { description, team, domain, aiPrompt, tags } = namespaceOperations["namespaces.update"].input.shape;

const notFound = z.object({
  id: z.uuid(),
  l: z.array(z.string()),
  code: z.literal("not_found"),
  msg: z.string(),
});

export const writeTextTools = {
  createKeys: tool("keys.create", {
    title: "Create keys",
    description:
      "Creates keys (k: n name, ns namespace, v source text, t translations by language), in one changeset. What exists already is skipped, and skip says so; a name that begins with an existing namespace and a dot goes into that namespace. ok answers the new ids. Texts need translations:write. Nothing is live before a publish.",
    procedure: { name: "mcp.createKeys" },
    input: lenient(
      z.object({
        k: z
          .array(
            z.object({
              n: keyName.describe("dots are allowed"),
              ns: namespaceName.default(DEFAULT_NAMESPACE),
              v: text.optional().describe("source text"),
              t: z.record(languageCode, text).optional().describe("translations by language"),
              nc: z
                .object({ description, team, domain, aiPrompt, tags })
                .optional()
                .describe("what the namespace says of itself"),
            }),
          )
          .min(1)
          .max(BULK_LIMIT),
        force: z
          .boolean()
          .default(false)
          .describe("for existing clients: a key a beside a.b is refused all the same in nested projects"),
      }),
    ),
    output: z.object({
      ...{ ok: z.boolean(), cnt: count, new: count, ren: count, dup: count },
      k: z.array(
        z.object({ k: z.string(), ns: z.string(), id: z.uuid(), tr: count.describe("translations added") }),
      ),
      skip: z.array(z.object({ k: z.string(), reason: z.string() })).optional(),
      warn: z
        .array(z.object({ k: z.string(), ns: z.string(), other: z.array(z.string()) }))
        .optional()
        .describe("namespaces that have a key of this name too"),
      ...{ problems, hint },
    }),
  }),
  updateKeys: tool("values.set", {
    title: "Edit texts",
    description:
      "Writes texts of existing keys (t: id, l language, t text, st status), in one changeset. For the source text say s: true with the source language as l; its translations count as outdated then. Ids that are unknown stand in errors, the rest is written. Without st a text is approved; nothing is live before a publish.",
    procedure: { name: "mcp.updateKeys" },
    input: lenient(
      z.object({
        t: z
          .array(
            z.object({
              id: keyId,
              l: languageCode,
              t: text,
              s: z.boolean().default(false).describe("this is the source text"),
              st: z
                .enum([...valueStatus.options, "published"])
                .optional()
                .describe("published means approved"),
            }),
          )
          .min(1)
          .max(BULK_LIMIT),
      }),
    ),
    output: z.object({
      ...{ ok: z.boolean(), cnt: count.describe("keys written to") },
      upd: z.array(z.object({ id: z.uuid(), k: z.string(), lng: z.array(z.string()), src: z.boolean() })),
      errors: z.array(notFound).optional(),
      ...{ problems, hint },
    }),
  }),
  setTranslations: tool("values.set", {
    title: "Translate keys",
    description: `Writes translations of up to ${MOST_TRANSLATED_KEYS} keys (t: id, t texts by language), up to ${MOST_TEXTS} texts in one changeset. Other languages of a key stay; source texts are ignored, updateKeys writes them. Ids that are unknown stand in errors, the rest is written as approved. Nothing is live before a publish.`,
    procedure: { name: "mcp.setTranslations" },
    input: lenient(
      z.object({
        t: z
          .array(z.object({ id: keyId, t: z.record(languageCode, text) }))
          .min(1)
          .max(MOST_TRANSLATED_KEYS),
      }),
    ),
    output: z.object({
      ...{
        ok: z.boolean(),
        cnt: count.describe("keys written to"),
        wrote: count.describe("texts that are new"),
      },
      upd: z.array(z.object({ id: z.uuid(), k: z.string(), lng: z.array(z.string()) })),
      errors: z.array(notFound).optional(),
      updated: count,
      ...{ problems, hint },
    }),
    shown: z.object({
      ...{ ok: z.boolean(), cnt: count, wrote: count },
      upd: z.array(z.object({ id: z.uuid(), k: z.string(), lng: z.array(z.string()) })),
      errors: z.array(notFound).optional(),
      ...{ problems, hint },
    }),
  }),
  deleteKeys: tool("keys.delete", {
    title: "Delete keys",
    description:
      "Moves keys to the trash with all their texts: they leave lists at once and published files with the next publish. restoreKeys brings them back within 30 days. Ids that are unknown stand in skip.",
    procedure: { name: "mcp.deleteKeys" },
    input: lenient(z.object({ keyIds })),
    output: z.object({
      ...deletedKeys(),
      deleted: count,
      skipped: z.array(z.uuid()),
    }),
    shown: z.object(deletedKeys()),
  }),
};

function deletedKeys() {
  return {
    ...{ ok: z.boolean(), cnt: count },
    mk: z
      .array(z.object({ id: z.uuid(), k: z.string(), ns: z.string().nullable() }))
      .describe("what was deleted; ns is null for the namespace default"),
    skip: z.array(z.uuid()).optional(),
    hint,
  };
}
