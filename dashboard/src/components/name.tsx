import { withoutUnseen } from "@parlance/contract/names";

const LONGEST = 90;

/**
 * Text somebody else chose (an app, an organization, a person): never mixes its direction with the sentence around it,
 * cannot reverse what follows, and is cut when it is absurdly long.
 */
export function Name({ children, className }: { children: string; className?: string }) {
  const clean = plainText(children);
  return (
    <bdi className={className} title={clean.length > LONGEST ? clean.slice(0, 1000) : undefined}>
      {shorten(clean)}
    </bdi>
  );
}

/** The same for places that take a string: a page title, a label, a button. */
export function plainName(text: string): string {
  return shorten(plainText(text));
}

/** Without control characters, marks that override the direction of the letters, and what nobody sees. */
function plainText(text: string): string {
  return (
    withoutUnseen(text)
      .replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, " ")
      .replace(/\s+/g, " ")
      .trim() || "Unnamed"
  );
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${Array.from(text).slice(0, LONGEST).join("")}…` : text;
}
