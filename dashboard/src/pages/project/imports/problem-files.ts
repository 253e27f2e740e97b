import type { Problem } from "./import-problems.tsx";

const COLUMNS = [
  "row",
  "severity",
  "code",
  "namespace",
  "key",
  "language",
  "message",
  "expected",
  "found",
  "suggestion",
  "pointer",
] as const satisfies (keyof Problem)[];

/** How problems can be downloaded. */
export const PROBLEM_FILES = [
  { label: "Table (CSV)", ending: ".csv", type: "text/csv;charset=utf-8", write: problemsAsCsv },
  { label: "A line each (NDJSON)", ending: ".ndjson", type: "application/x-ndjson", write: problemsAsLines },
] as const;

/** RFC 4180: a table for spreadsheets, with a mark of its encoding, which some of them need. */
export function problemsAsCsv(problems: Problem[]): string {
  const lines = [
    COLUMNS.join(","),
    ...problems.map((one) => COLUMNS.map((name) => cell(one[name])).join(",")),
  ];
  return `\uFEFF${lines.join("\r\n")}\r\n`;
}

export function problemsAsLines(problems: Problem[]): string {
  return problems.map((problem) => `${JSON.stringify(problem)}\n`).join("");
}

const DOWNLOAD_MS = 60_000;

/** Gives the browser a text to store as a file. */
export function saveAs(fileName: string, text: string, type: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = fileName;
  link.click();
  // A browser that is busy reads it only a while after the click.
  setTimeout(() => URL.revokeObjectURL(link.href), DOWNLOAD_MS);
}

/** A text that a spreadsheet would compute gets an apostrophe before it: what somebody imported must not run anywhere. */
function cell(value: string | number | null | undefined): string {
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value ?? "") ? `'${value}` : (value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
