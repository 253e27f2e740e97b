import type { Agent } from "./agent.ts";
import type { Draft } from "./draft.ts";

/** Where it works: `organization/project`, and a language of it. */
export interface Target {
  project: string;
  language: string;
}

interface Context {
  /** The source language. */
  src: string;
  /** The languages that it is translated into. */
  tgt: string[];
}

interface ListedKeys {
  has_more: boolean;
  k: { id: string; k: string; src: string | null }[];
}

interface FoundTexts {
  has_more: boolean;
  keys: { id: string; tr: Record<string, { t: string }> }[];
}

interface Plan {
  planId: string;
  files: number;
  languages: { language: string; added: number; changed: number; removed: number }[];
}

// #region drafts
/** Writes a draft for every key that has no text in the language. No release holds one before it is approved. */
export async function writeDrafts(
  agent: Agent,
  { project, language }: Target,
  draft: Draft,
): Promise<number> {
  const { src, tgt } = await agent.call<Context>("getTranslationContext", { project });
  if (!tgt.includes(language)) throw new Error(`${project} is translated into ${tgt.join(", ")}.`);
  for (let written = 0, page = 1; ; ) {
    const missing = { project, missingLanguage: language, fields: ["id", "sourceText"], limit: 250, page };
    const { k, has_more } = await agent.call<ListedKeys>("listKeys", missing);
    const keys = k.filter((key) => key.src !== null);
    if (keys.length === 0) {
      if (!has_more) return written;
      // Nothing here can be translated, and nothing of it will be gone the next time.
      page++;
      continue;
    }
    const texts = await Promise.all(
      keys.map(async ({ id, src: text }) => {
        return { id, l: language, t: await draft(text as string, { from: src, to: language }), st: "draft" };
      }),
    );
    const { cnt } = await agent.call<{ cnt: number }>("updateKeys", { project, t: texts });
    if (cnt === 0) throw new Error("Nothing was written, although there are keys without a text.");
    written += cnt;
  }
}
// #endregion

// #region publish
/** Approves the drafts of the language, as they are now, and publishes that language and nothing else. */
export async function publishDrafts(agent: Agent, { project, language }: Target): Promise<string> {
  // What may not publish need not approve: the plan is asked for first, since it needs the same permission.
  await agent.call<Plan>("planPublish", { project, languages: [language] });
  for (let more = true; more; ) {
    const drafts = { project, languages: [language], status: "draft", limit: 200 };
    const found = await agent.call<FoundTexts>("getTranslations", drafts);
    const texts = found.keys.map(({ id, tr }) => ({ id, t: { [language]: tr[language]?.t } }));
    if (texts.length > 0) await agent.call("setTranslations", { project, t: texts });
    more = found.has_more && texts.length > 0;
  }
  const plan = await agent.call<Plan>("planPublish", { project, languages: [language] });
  if (plan.files === 0) return "Everything is published already.";
  const [change] = plan.languages;
  const { number } = await agent.call<{ number: number }>("publishPlan", { planId: plan.planId, project });
  return `Release ${number} is live: ${change?.added ?? 0} new texts, ${change?.changed ?? 0} changed.`;
}
// #endregion
