import { z } from "zod";
import { BULK_LIMIT } from "../operations/keys.ts";
import { languageCode } from "../operations/projects.ts";

/** Texts, each by the id of its key and a language. */
export const someTexts = z
  .array(z.object({ keyId: z.uuid().describe("id from listKeys or getTranslations"), languageCode }))
  .min(1)
  .max(BULK_LIMIT);
