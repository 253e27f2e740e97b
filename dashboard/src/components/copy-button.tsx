import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "./button.tsx";
import { cx } from "./cx.ts";

/** Copies `value`; says so for two seconds, in sight and aloud. */
export function CopyButton({
  value,
  label = "Copy",
  iconOnly,
}: {
  value: string;
  label?: string;
  iconOnly?: boolean;
}) {
  const [copied, copy] = useCopied(value);
  const Icon = copied ? Check : Copy;
  return (
    <>
      <Button
        size="sm"
        variant={iconOnly ? "ghost" : "secondary"}
        aria-label={iconOnly ? label : undefined}
        onClick={copy}
      >
        <Icon aria-hidden />
        {!iconOnly && (copied ? "Copied" : label)}
      </Button>
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </>
  );
}

/** An identifier in fixed type that copies when clicked. */
export function CopyId({ value, className }: { value: string; className?: string }) {
  const [copied, copy] = useCopied(value);
  return (
    <button
      type="button"
      onClick={copy}
      title="Copy"
      className={cx(
        "inline-flex max-w-full items-center gap-1.5 rounded-sm text-start font-mono text-[0.92em] text-muted hover:text-ink",
        className,
      )}
    >
      <span className="truncate">{value}</span>
      {copied ? (
        <Check aria-hidden className="size-3.5 shrink-0" />
      ) : (
        <Copy aria-hidden className="size-3.5 shrink-0" />
      )}
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}

function useCopied(value: string): [boolean, () => void] {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  return [copied, () => void navigator.clipboard.writeText(value).then(() => setCopied(true))];
}
