import type { ErrorCode } from "@parlance/contract/errors";
import type { OperationName } from "@parlance/contract/operations";
import type { ToolName } from "@parlance/contract/tools";

/** A project that is made for one door alone, the same for each. */
export interface Ground {
  projectId: string;
  /** Of the keys `greeting` and `farewell`, each with an English text, and of one in the trash. */
  greeting: string;
  farewell: string;
  deleted: string;
  /** The write that changed the text of `farewell` last. */
  changesetId: string;
  /** What a publish would change then; release 1 is there already. */
  planId: string;
  /** Announced, and not sent. */
  importId: string;
}

type Fields = Record<string, unknown>;

/** One deed in the words of REST and of a tool. */
interface Deed {
  rest: (ground: Ground) => readonly [OperationName, Fields];
  tool: (ground: Ground) => Fields;
}

/**
 * What a tool does, as REST is asked to do it, and a call that both refuse. Null for a tool that only reads; a test finds any
 * other.
 */
interface Parity {
  does: Deed | null;
  refuses?: Deed & { error: ErrorCode };
}

const LONG = "x".repeat(600);

/** A new tool has to take its place here, or nothing compiles. */
export const PARITY: Record<ToolName, Parity> = {
  listProjects: { does: null },
  getProject: { does: null },
  proposeLanguages: {
    does: {
      rest: () => ["languages.add", { code: "fr", status: "draft" }],
      tool: () => ({ languages: [{ languageCode: "fr", status: "draft" }] }),
    },
    refuses: {
      rest: () => ["languages.add", { code: "qqq" }],
      tool: () => ({ languages: [{ languageCode: "qqq" }] }),
      error: "invalid_request",
    },
  },
  proposeLanguageEdits: {
    does: {
      rest: () => ["languages.update", { code: "de", status: "draft" }],
      tool: () => ({ edits: [{ languageCode: "de", newStatus: "draft" }] }),
    },
    refuses: {
      rest: () => ["languages.update", { code: "en", status: "draft" }],
      tool: () => ({ edits: [{ languageCode: "en", newStatus: "draft" }] }),
      error: "conflict",
    },
  },
  deleteLanguages: {
    does: {
      rest: () => ["languages.remove", { code: "de" }],
      tool: () => ({ languageCodes: ["de"] }),
    },
    refuses: {
      rest: () => ["languages.remove", { code: "en" }],
      tool: () => ({ languageCodes: ["en"] }),
      error: "conflict",
    },
  },
  listKeys: {
    does: null,
    refuses: {
      rest: () => ["keys.list", { missing: "ja" }],
      tool: () => ({ missingLanguage: "ja" }),
      error: "not_found",
    },
  },
  getTranslations: {
    does: null,
    refuses: {
      rest: () => ["values.list", { language: "ja" }],
      tool: () => ({ languages: ["ja"] }),
      error: "not_found",
    },
  },
  createKeys: {
    does: {
      rest: () => ["keys.create", { keys: [{ name: "title", values: { en: "Title", de: "Titel" } }] }],
      tool: () => ({ k: [{ n: "title", v: "Title", t: { de: "Titel" } }] }),
    },
    refuses: {
      rest: () => ["keys.create", { keys: [{ name: LONG }] }],
      tool: () => ({ k: [{ n: LONG }] }),
      error: "invalid_request",
    },
  },
  updateKeys: {
    does: {
      rest: ({ greeting }) => [
        "values.set",
        { values: [{ key: { id: greeting }, language: "en", text: "Hi" }] },
      ],
      tool: ({ greeting }) => ({ t: [{ id: greeting, l: "en", t: "Hi", s: true }] }),
    },
    refuses: {
      rest: ({ greeting }) => [
        "values.set",
        { values: [{ key: { id: greeting }, language: "de", text: "{" }] },
      ],
      tool: ({ greeting }) => ({ t: [{ id: greeting, l: "de", t: "{" }] }),
      error: "invalid_request",
    },
  },
  setTranslations: {
    does: {
      rest: ({ greeting, farewell }) => [
        "values.set",
        {
          values: [
            { key: { id: greeting }, language: "de", text: "Hallo" },
            { key: { id: farewell }, language: "de", text: "Tschüss" },
          ],
        },
      ],
      tool: ({ greeting, farewell }) => ({
        t: [
          { id: greeting, t: { de: "Hallo" } },
          { id: farewell, t: { de: "Tschüss" } },
        ],
      }),
    },
    refuses: {
      rest: ({ greeting }) => [
        "values.set",
        { values: [{ key: { id: greeting }, language: "ja", text: "x" }] },
      ],
      tool: ({ greeting }) => ({ t: [{ id: greeting, t: { ja: "x" } }] }),
      error: "not_found",
    },
  },
  deleteKeys: {
    does: {
      rest: ({ farewell }) => ["keys.delete", { keys: [{ id: farewell }] }],
      tool: ({ farewell }) => ({ keyIds: [farewell] }),
    },
    refuses: {
      rest: () => ["keys.delete", { keys: [] }],
      tool: () => ({ keyIds: [] }),
      error: "invalid_request",
    },
  },
  getPendingChanges: { does: null },
  publishTranslations: {
    does: { rest: () => ["releases.create", {}], tool: () => ({}) },
    refuses: {
      rest: ({ greeting }) => [
        "releases.create",
        { filter: { values: [{ key: { id: greeting }, language: "ja" }] } },
      ],
      tool: ({ greeting }) => ({ translations: [{ keyId: greeting, languageCode: "ja" }] }),
      error: "not_found",
    },
  },
  getSyncs: { does: null },
  getSync: { does: null },
  cancelSync: {
    does: {
      rest: ({ importId }) => ["imports.cancel", { importId }],
      tool: ({ importId }) => ({ syncId: importId }),
    },
    refuses: {
      rest: () => ["imports.cancel", { importId: "imp_none" }],
      tool: () => ({ syncId: "imp_none" }),
      error: "not_found",
    },
  },
  getTranslationContext: { does: null },
  planPublish: {
    does: { rest: () => ["plans.create", {}], tool: () => ({}) },
    refuses: {
      rest: () => ["plans.create", { filter: { languages: ["ja"] } }],
      tool: () => ({ languages: ["ja"] }),
      error: "not_found",
    },
  },
  publishPlan: {
    does: {
      rest: ({ planId }) => ["releases.create", { planId, message: "As planned" }],
      tool: ({ planId }) => ({ planId, message: "As planned" }),
    },
    refuses: {
      rest: () => ["releases.create", { planId: "plan_none" }],
      tool: () => ({ planId: "plan_none" }),
      error: "not_found",
    },
  },
  listReleases: { does: null },
  rollBack: {
    does: {
      rest: () => ["channels.move", { channel: "preview", release: 1 }],
      tool: () => ({ channel: "preview", release: 1 }),
    },
    refuses: {
      rest: () => ["channels.move", { channel: "preview", release: 9 }],
      tool: () => ({ channel: "preview", release: 9 }),
      error: "not_found",
    },
  },
  listChanges: { does: null },
  getChange: { does: null },
  revertChange: {
    does: {
      rest: ({ changesetId }) => ["changesets.revert", { changesetId }],
      tool: ({ changesetId }) => ({ changesetId }),
    },
    refuses: {
      rest: () => ["changesets.revert", { changesetId: "cs_none" }],
      tool: () => ({ changesetId: "cs_none" }),
      error: "not_found",
    },
  },
  importFile: {
    // Over REST it is announced and sent, two deeds; a dry run of the tool stores nothing but the job.
    does: null,
    refuses: {
      rest: () => ["imports.create", { format: "json_flat", language: "ja", size: 2 }],
      tool: () => ({ format: "json_flat", language: "ja", content: "{}" }),
      error: "not_found",
    },
  },
  listTrash: { does: null },
  restoreKeys: {
    does: {
      rest: ({ deleted }) => ["keys.restore", { ids: [deleted] }],
      tool: ({ deleted }) => ({ keyIds: [deleted] }),
    },
  },
};
