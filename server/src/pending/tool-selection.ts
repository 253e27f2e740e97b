import type { ToolInput } from "@parlance/contract/tools";
import { sayAs } from "../platform/say-as.ts";
import type { FilterInput } from "./selection.ts";

type Narrowed = Pick<ToolInput<"planPublish">, "languages" | "namespaces" | "translations">;

/** The filter that a tool's input asks for; undefined for everything. */
export function filterOf({ languages, namespaces, translations }: Narrowed): FilterInput | undefined {
  if (!languages && !namespaces && !translations) return undefined;
  const values = translations?.map(({ keyId, languageCode }) => ({
    key: { id: keyId.toLowerCase() },
    language: languageCode,
  }));
  return { languages, namespaces, values };
}

/** What is wrong with a filter, in the fields of the tool's input. */
export function inToolWords<Result>(work: () => Promise<Result>): Promise<Result> {
  return sayAs(
    (pointer) =>
      pointer
        .replace(/^\/filter\/values\/(\d+)\/key\b/, "/translations/$1/keyId")
        .replace(/^\/filter\/values\/(\d+)\/language\b/, "/translations/$1/languageCode")
        .replace(/^\/filter\//, "/"),
    work,
  );
}
