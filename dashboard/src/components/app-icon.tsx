import { useState } from "react";
import { cx } from "./cx.ts";
import { plainName } from "./name.tsx";

/** The picture of an app or organization, or the first letters of its name. Decoration: the name stands beside it. */
export function AppIcon({
  name,
  src,
  size = "md",
}: {
  name: string;
  src?: string | null;
  size?: "sm" | "md" | "lg";
}) {
  const [broken, setBroken] = useState(false);
  return (
    <span
      aria-hidden
      className={cx(
        "grid shrink-0 place-items-center overflow-hidden border border-line bg-sunken font-semibold text-muted select-none",
        SIZE[size],
      )}
    >
      {src && !broken ? (
        <img src={src} alt="" className="size-full object-cover" onError={() => setBroken(true)} />
      ) : (
        <bdi>{initials(name)}</bdi>
      )}
    </span>
  );
}

function initials(name: string): string {
  const words = plainName(name)
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(Boolean);
  const letters = words.slice(0, 2).map((word) => Array.from(word)[0]?.toLocaleUpperCase() ?? "");
  return letters.join("") || "?";
}

const SIZE = {
  sm: "size-6 rounded-sm text-[0.625rem]",
  md: "size-9 rounded text-xs",
  lg: "size-14 rounded text-lg",
};
