/** Deeper than whatever is sent on purpose. */
const MOST_DEPTH = 100;
/** More than the fullest bulk write has: a thousand keys with all their tags and languages. */
const MOST_PARTS = 300_000;

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * Why a text is not to be parsed as JSON: nested without end, or of too many parts (values, lists and objects). Either takes
 * `JSON.parse` seconds for a few megabytes, in which a server answers nobody. Null for a text that may be parsed, well formed
 * or not.
 */
export function beyondJsonBounds(text: string): "too_deep" | "too_many" | null {
  let depth = 0;
  let parts = 0;
  let isInText = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (isInText) {
      if (unit === BACKSLASH) at++;
      else if (unit === QUOTE) isInText = false;
    } else if (unit === QUOTE) isInText = true;
    else if (unit === OPEN_LIST || unit === OPEN_OBJECT) {
      if (++depth > MOST_DEPTH) return "too_deep";
      parts++;
    } else if (unit === CLOSE_LIST || unit === CLOSE_OBJECT) depth--;
    else if (unit === COMMA) parts++;
    if (parts > MOST_PARTS) return "too_many";
  }
  return null;
}
