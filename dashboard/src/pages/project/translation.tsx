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
  try {
    return RIGHT_TO_LEFT.has(new Intl.Locale(language).maximize().script ?? "") ? "rtl" : "ltr";
  } catch {
    return "ltr";
  }
}

const RIGHT_TO_LEFT = new Set("Adlm Arab Hebr Mand Mend Nkoo Rohg Samr Syrc Thaa Yezi".split(" "));
