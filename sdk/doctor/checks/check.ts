import type { Patient } from "../patient.ts";

/** One line of the report. */
export interface Check {
  /** Stable, for programs. */
  readonly id: string;
  /** What a good app does, as a sentence without its subject. */
  readonly title: string;
  /** The guide that tells how: `/docs/{guide}` of any server. */
  readonly guide: string;
  /** What is wrong, a sentence each. Throws `CannotTell` when that cannot be found out. */
  readonly run: (patient: Patient) => Promise<readonly string[]>;
}

/** The sentences whose condition holds. */
export function faults(...rows: readonly (readonly [boolean, string])[]): string[] {
  return rows.flatMap(([holds, sentence]) => (holds ? [sentence] : []));
}
