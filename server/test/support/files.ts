import type { Codec, FileReader } from "../../src/formats/codec.ts";
import type { FileKey, Row } from "../../src/formats/row.ts";

/** Reads all rows of a file that arrives in pieces of some bytes, and the reason when reading ended before its end. */
export function readAll(reader: FileReader, file: string | Uint8Array, pieceBytes = 1 << 18) {
  const bytes = Buffer.from(file as string);
  const rows: Row[] = [];
  for (let start = 0; start < bytes.length && !reader.failure; start += pieceBytes) {
    rows.push(...reader.read(bytes.subarray(start, start + pieceBytes)));
  }
  if (!reader.failure) rows.push(...reader.end());
  return { rows, failure: reader.failure };
}

/** The full name of each row's key with its first text. */
export function textsOf(rows: readonly Row[]) {
  return rows.map(({ key, values }) => [`${key?.namespace}/${key?.name}`, values[0]?.text]);
}

/** Writes the file of some keys, with all their texts. */
export async function writeAll(codec: Codec, keys: readonly FileKey[]): Promise<string> {
  const languages = [...new Set(keys.flatMap(({ values }) => values.map(({ language }) => language)))];
  const pages = async function* (some: readonly string[]) {
    for (const key of keys) {
      yield [{ ...key, values: key.values.filter(({ language }) => some.includes(language)) }];
    }
  };
  const content = { sourceLanguage: "en", languages, namespace: null, pages };
  const pieces: Uint8Array[] = [];
  for await (const piece of codec.write(content)) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** A hostile file and its expected code, with a readable name for the test. */
export function shortened([file = "", code = ""]: string[]): [string, string, string] {
  return [file.slice(0, 30), code, file];
}
