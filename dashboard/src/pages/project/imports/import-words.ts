import { FILE_FORMAT_IDS, FILE_FORMATS } from "@parlance/contract/formats";

export const FORMAT_OPTIONS = FILE_FORMAT_IDS.map((id) => ({ value: id, label: FILE_FORMATS[id].name }));

export const STATUSES = { approved: "Approved", reviewed: "Reviewed", draft: "Draft" } as const;

export const EXISTING = {
  overwrite: "Replace it",
  keep: "Keep it",
} as const;

export function optionsOf(words: Record<string, string>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
