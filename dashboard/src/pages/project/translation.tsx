import { cx } from "../../components/cx.ts";

/** A text in its own language and direction, whatever those of the page around it are; line breaks stay. */
export function Translation({
  language,
  className,
  children,
}: {
  language: string;
  className?: string;
  children: string;
}) {
  return (
    <span
      lang={language}
      dir={directionOf(language)}
      className={cx("break-words whitespace-pre-wrap", className)}
    >
      {children}
    </span>
  );
}

/** "rtl" for languages written from right to left by their likely script: `ar`, `he`, `ur`, `az-Arab`. */
export function directionOf(language: string): "ltr" | "rtl" {
  const known = DIRECTIONS.get(language);
  if (known) return known;
  const direction = RIGHT_TO_LEFT.has(likelyScript(language)) ? "rtl" : "ltr";
  DIRECTIONS.set(language, direction);
  return direction;
}

function likelyScript(language: string): string {
  try {
    return new Intl.Locale(language).maximize().script ?? "";
  } catch {
    return "";
  }
}

/** Cached, because a table asks for each cell. */
const DIRECTIONS = new Map<string, "ltr" | "rtl">();

const RIGHT_TO_LEFT = new Set("Adlm Arab Hebr Mand Mend Nkoo Rohg Samr Syrc Thaa Yezi".split(" "));
