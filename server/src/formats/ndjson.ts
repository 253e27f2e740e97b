import type { Codec } from "./codec.ts";
import { NdjsonReader } from "./read-ndjson.ts";
import { NdjsonWriter } from "./write-ndjson.ts";
import { writeText } from "./write-text.ts";

export const ndjson: Codec = {
  openReader: () => new NdjsonReader(),
  write: (content) => writeText(new NdjsonWriter(), content),
};
