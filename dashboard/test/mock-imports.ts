// Made-up imports for mock-answers.ts: one per state, and those that are made go on whenever they are looked at.
import type { Output } from "@parlance/contract/operations";
import type { Answers, Scenario } from "./mock-answers.ts";
import { ago } from "./mock-lists.ts";

type Import = Output<"imports.get">;
type Problem = Output<"imports.problems">["items"][number];

const MINUTE = 60_000;
const GERMAN = "Übersetzungen-für-die-Donaudampfschifffahrtsgesellschaft-Überarbeitung-2026.de.json";
const ARABIC = "ترجمات التطبيق.json";
const HOSTILE = `<img src=x onerror=alert(1)> \u202Egnp.exe ${"A".repeat(200)}`;

/** Answers about imports, with a memory of their own. */
export function importAnswers(scenario: Scenario): Answers {
  const imports =
    scenario === "empty" ? [] : everyState(scenario === "hostile" ? HOSTILE : "messages.de.json");
  const find = (id: string) => imports.find((one) => one.id === id) ?? null;
  return {
    "imports.list": () => ({ items: imports, nextCursor: null }),
    "imports.get": ({ importId }) => moveOn(find(importId)),
    "imports.create": (input) => {
      const {
        format,
        size,
        dryRun,
        existing,
        status = "approved",
        fileName,
        language,
        namespace,
        message,
      } = input;
      const made = {
        ...oneImport(90 + imports.length, "uploading", 0),
        ...{ format, size, dryRun, existing, status },
        ...{ fileName: fileName ?? null, language: language ?? null, namespace: namespace ?? null },
        message: message ?? null,
      };
      imports.unshift(made);
      return made;
    },
    "imports.upload": ({ importId }, bytes) => {
      const job = find(importId);
      if (!job) return null;
      job.receivedBytes += bytes;
      if (job.receivedBytes >= job.size) job.state = "queued";
      return job;
    },
    "imports.cancel": ({ importId }) => {
      const job = find(importId);
      return job && Object.assign(job, { state: "cancelled", finishedAt: ago(0) });
    },
    "imports.problems": ({ importId, cursor, limit }) => {
      const total = find(importId)?.problemsKept ?? 0;
      const start = Number(cursor ?? 0);
      const end = Math.min(total, start + limit);
      const items = Array.from({ length: end - start }, (_, index) => problem(start + index, scenario));
      return { items, nextCursor: end < total ? String(end) : null };
    },
  };
}

/** A look at an import that is not over brings it a quarter further. */
function moveOn(job: Import | null): Import | null {
  if (job?.state === "queued") Object.assign(job, { state: "running", startedAt: ago(0) });
  else if (job?.state === "running") {
    job.processedBytes = Math.min(job.size, job.processedBytes + Math.ceil(job.size / 4));
    job.rows = Math.ceil(job.processedBytes / 80);
    job.valuesCreated = job.rows;
    if (job.processedBytes === job.size) Object.assign(job, { state: "completed", finishedAt: ago(0) });
  }
  return job;
}

function everyState(name: string): Import[] {
  return [
    oneImport(1, "running", 0, { fileName: name, processedBytes: 41_000_000, rows: 512_300 }),
    oneImport(2, "uploading", 0, { fileName: ARABIC, receivedBytes: 34_000_000, processedBytes: 0 }),
    oneImport(3, "completed", 2340, { fileName: GERMAN }),
    oneImport(4, "completed", 12, { dryRun: true, changesetId: null, format: "ndjson", language: null }),
    oneImport(5, "failed", 3, {
      format: "json_nested",
      error: { code: "truncated", message: "The file ends in the middle of an object.", row: 88_412 },
    }),
    oneImport(6, "cancelled", 0),
    oneImport(7, "completed", 0, { createdBy: { type: "app", id: "app_1", name: null, agent: null } }),
  ];
}

function oneImport(
  number: number,
  state: Import["state"],
  problems: number,
  more: Partial<Import> = {},
): Import {
  const isOver = state === "completed" || state === "failed" || state === "cancelled";
  return {
    id: `imp_${number}`,
    format: "json_flat",
    language: "de",
    namespace: "default",
    fileName: "messages.de.json",
    message: number === 3 ? "Überarbeitung der Rechtstexte" : null,
    existing: "overwrite",
    status: "approved",
    dryRun: false,
    size: 112_400_000,
    receivedBytes: state === "uploading" ? 0 : 112_400_000,
    processedBytes: isOver ? 112_400_000 : 0,
    state,
    rows: isOver ? 1_240_311 : 0,
    keysCreated: isOver ? 1_204 : 0,
    keysUpdated: 0,
    valuesCreated: isOver ? 3_120 : 0,
    valuesUpdated: isOver ? 88 : 0,
    unchanged: isOver ? 1_235_000 : 0,
    rejected: problems,
    warnings: 0,
    problems,
    problemsKept: Math.min(problems, 2000),
    changesetId: isOver ? "cs_1" : null,
    error: null,
    createdBy: { type: "user", id: "usr_1", name: "Mira Okafor", agent: null },
    createdAt: ago(number * 7 * MINUTE),
    startedAt: state === "uploading" ? null : ago(number * 6 * MINUTE),
    finishedAt: isOver ? ago(number * 5 * MINUTE) : null,
    ...more,
  };
}

function problem(index: number, scenario: Scenario): Problem {
  const key = scenario === "hostile" ? HOSTILE : `rechtstexte.abschnitt_${index}.überschrift`;
  const base = { row: index * 3 + 1, key, namespace: "default", language: "de", pointer: `/key_${index}` };
  if (index % 3 === 1) {
    return {
      ...base,
      severity: "error",
      code: "unknown_language",
      message: "The project has no such language.",
      found: "kl",
    };
  }
  if (index % 3 === 2) {
    return {
      ...base,
      language: "ar",
      severity: "warning",
      code: "too_long",
      message: ARABIC,
      expected: "40",
    };
  }
  return {
    ...base,
    severity: "error",
    code: "missing_argument",
    message: "An argument of the source text is missing.",
    expected: "count, Donaudampfschifffahrtsgesellschaftskapitän",
    found: "anzahl",
    suggestion: "Rename {anzahl} to {count}.",
  };
}
