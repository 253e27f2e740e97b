import type { Finding } from "./doctor.ts";

const MARKS = { pass: "✓", fail: "✗", unknown: "?" } as const;

/** A checklist for people. */
export function reportText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ id }) => id.length));
  const lines = findings.flatMap(({ id, title, guide, result, sentences }) => [
    `${MARKS[result]} ${id.padEnd(width)}  ${title}`,
    ...sentences.map((sentence) => `${" ".repeat(width + 4)}${sentence}`),
    ...(result === "fail" ? [`${" ".repeat(width + 4)}How to: /docs/${guide} of your server`] : []),
  ]);
  return `${lines.join("\n")}\n\n${summary(findings)}\n`;
}

/** The same for programs: `{ passed, findings: [{ id, title, guide, result, sentences }] }`. */
export function reportJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ passed: exitCode(findings) === 0, findings }, null, 2)}\n`;
}

/** 0: all is well. 1: there are faults. 2: none was found, but something could not be told. */
export function exitCode(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ result }) => result === "fail")) return 1;
  return findings.some(({ result }) => result === "unknown") ? 2 : 0;
}

function summary(findings: readonly Finding[]): string {
  const count = (result: Finding["result"]) => findings.filter((finding) => finding.result === result).length;
  const [faults, unknown] = [count("fail"), count("unknown")];
  if (faults + unknown === 0) return `All ${findings.length} checks passed.`;
  return `${count("pass")} of ${findings.length} checks passed, ${faults} failed, ${unknown} could not be made.`;
}
