import { emptyShape, type Shape, setAt } from "./shape.ts";

/**
 * What programs fill in: `{{name}}`, `{name}` and `{0}` (also with a format after `,` or `:`), `%s` and its like, tags.
 * No alternative can begin in two ways, so a search is linear. A `%` after a digit is a percentage: "100%-ig".
 */
const PLACEHOLDER = new RegExp(
  [
    /\{\{\s*(?:-\s*)?(?<double>[\p{L}\p{N}_$][\p{L}\p{N}_$.-]*)\s*(?:[,:|][^{}]*)?\}\}/u,
    /\{\s*(?<single>[\p{L}\p{N}_$][\p{L}\p{N}_$.-]*)\s*(?:[,:][^{}]*)?\}/u,
    /%%/u,
    /(?<!\d)%(?:(?<position>\d{1,2})\$)?[-+#0]?\d{0,2}(?:\.\d{1,2})?(?:hh?|ll?|[qz])?(?<conversion>[sdiufxXoc@])/u,
    /<(?<slash>\/?)(?<tag>[A-Za-z][\w.:-]*|\d{1,4})(?=[\s/>])(?<attributes>[^<>]*)>/u,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);

/** For conversions that take the same values, the one that names them all. */
const CONVERSIONS: Record<string, string> = { i: "d", u: "d", X: "x" };
/** Tags of HTML that have no text, so `<br>` and `<br/>` are the same. */
const EMPTY_TAGS = new Set(["br", "hr", "img", "input", "wbr"]);

/** The placeholders of a plain text, by their simplest spelling; every text can be read. */
export function readPlain(text: string): Shape {
  const shape = emptyShape();
  if (!/[{%<]/.test(text)) return shape;
  const opened = new Set<string>();
  const closed = new Set<string>();
  let position = 0;
  for (const { groups = {} } of text.matchAll(PLACEHOLDER)) {
    const { double, single, conversion, tag } = groups;
    if (double !== undefined) setAt(shape.arguments, `{{${double}}}`);
    else if (single !== undefined) setAt(shape.arguments, `{${single}}`);
    else if (conversion !== undefined) {
      // `%s %s` takes values in order, as `%1$s %2$s` does.
      const at = groups.position === undefined ? ++position : Number(groups.position);
      setAt(shape.arguments, `%${at}$${CONVERSIONS[conversion] ?? conversion}`);
    } else if (tag === undefined) continue;
    else if (groups.slash) closed.add(tag);
    else if (groups.attributes?.endsWith("/") || EMPTY_TAGS.has(tag.toLowerCase()))
      shape.tags.add(`<${tag}/>`);
    else opened.add(tag);
  }
  // What is never closed is a word in angle brackets: "must be of the form <language>-<territory>".
  for (const tag of opened) if (closed.has(tag)) shape.tags.add(`<${tag}>`);
  return shape;
}
