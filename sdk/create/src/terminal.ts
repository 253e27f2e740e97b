import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";
import { UsageError } from "./options.ts";

export interface Terminal {
  say(words: string): void;
  /** An answer, or the default for an empty one. */
  ask(question: string, initial?: string): Promise<string>;
  /** An answer that is not shown. */
  askSecret(question: string): Promise<string>;
  /** Gives the input back to whoever is started next. */
  close(): void;
}

/** The terminal that the command was started in, or whatever stands in for it. Throws `UsageError` when nobody answers. */
export function terminal(): Terminal {
  let lines: Interface | undefined;
  let answers: AsyncIterator<string> | undefined;
  let isSilent = false;
  const output = new Writable({
    write(chunk, _encoding, done) {
      if (!isSilent) process.stdout.write(chunk);
      done();
    },
  });

  async function answerTo(question: string, { silent = false } = {}): Promise<string> {
    lines ??= createInterface({ input: process.stdin, output, terminal: process.stdin.isTTY === true });
    answers ??= lines[Symbol.asyncIterator]();
    lines.setPrompt(question);
    lines.prompt();
    isSilent = silent;
    const { value, done } = await answers.next();
    isSilent = false;
    if (silent) process.stdout.write("\n");
    if (done) throw new UsageError("Nobody answers: say --yes, and give what is needed as options.");
    return value.trim();
  }

  return {
    say: (words) => console.log(words),
    ask: async (question, initial = "") =>
      (await answerTo(initial ? `${question} (${initial}): ` : `${question}: `)) || initial,
    askSecret: (question) => answerTo(`${question}: `, { silent: true }),
    close: () => lines?.close(),
  };
}
