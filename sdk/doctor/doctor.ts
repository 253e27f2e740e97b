import { randomBytes } from "node:crypto";
import { CLIENT_ID, startApp } from "./app.ts";
import { NoAnswerError } from "./browser.ts";
import type { Check } from "./checks/check.ts";
import { allChecks } from "./checks/checks.ts";
import type { Options } from "./options.ts";
import { CannotTell, Patient } from "./patient.ts";
import { DoctorServer } from "./server/server.ts";

export interface Finding {
  readonly id: string;
  readonly title: string;
  readonly guide: string;
  /** `unknown`: what comes before it does not work. */
  readonly result: "pass" | "fail" | "unknown";
  /** What is wrong, or why it could not be told. */
  readonly sentences: readonly string[];
}

/**
 * Examines an app: plays the server, starts the app if told how, and makes every check with a user of its own. `ready` is told
 * where the server is. Throws `UsageError` when there is no app to examine.
 */
export async function examine(
  options: Options,
  ready: (url: string) => void = () => undefined,
): Promise<Finding[]> {
  const server = new DoctorServer();
  await server.listen(options.port);
  const secret = `bi_cs_${randomBytes(24).toString("base64url")}`;
  server.grants.remember("the client secret", secret);
  const settings = {
    PARLANCE_URL: server.base,
    PARLANCE_CLIENT_ID: CLIENT_ID,
    PARLANCE_CLIENT_SECRET: secret,
  };
  try {
    ready(server.base);
    const app = await startApp(options.command, settings, options.connect.url);
    try {
      const patient = new Patient(server, options);
      const findings: Finding[] = [];
      for (const check of allChecks(app.output)) findings.push(await made(check, patient));
      return findings;
    } finally {
      await app.stop();
    }
  } finally {
    server.close();
  }
}

async function made({ id, title, guide, run }: Check, patient: Patient): Promise<Finding> {
  try {
    const sentences = await run(patient);
    return { id, title, guide, result: sentences.length > 0 ? "fail" : "pass", sentences };
  } catch (error) {
    if (!(error instanceof CannotTell) && !(error instanceof NoAnswerError)) throw error;
    return { id, title, guide, result: "unknown", sentences: [error.message] };
  }
}
