import { type Codec, languageOf } from "./codec.ts";
import { JsonReader } from "./read-json.ts";
import { JsonWriter } from "./write-json.ts";
import { writeText } from "./write-text.ts";

/** In what files of JSON differ. All hold the texts of one language. */
export interface JsonShape {
  /** Objects may lie in each other, and a key's name is made of the names that lead to its text. */
  readonly isNested: boolean;
  /** The names of the outermost object are namespaces. */
  readonly hasNamespaces: boolean;
}

export function json(shape: JsonShape): Codec {
  return {
    openReader: (options) => {
      return new JsonReader(shape, { language: languageOf(options), namespace: options.namespace });
    },
    write: (content) => writeText(new JsonWriter(shape), content),
  };
}
