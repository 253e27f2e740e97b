import type { FileContent } from "./codec.ts";
import type { FileKey } from "./row.ts";

/** Writes a file of text. Is given the keys in their order, and answers what follows in the file. */
export interface TextWriter {
  write(key: FileKey): string;
  end(): string;
}

/** The pieces of a file of UTF-8: one for each page of keys that has something in it, and what ends the file. */
export async function* writeText(writer: TextWriter, content: FileContent): AsyncGenerator<Uint8Array> {
  for await (const keys of content.pages(content.languages)) {
    const text = keys.map((key) => writer.write(key)).join("");
    if (text !== "") yield Buffer.from(text);
  }
  const end = writer.end();
  if (end !== "") yield Buffer.from(end);
}
