import { KeyRound } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { Button } from "../components/button.tsx";
import { CopyButton } from "../components/copy-button.tsx";

/** A credential at its only appearance. Takes the focus, so that nobody misses it. */
export function ShownOnce({
  secret,
  label,
  keep = "keep it where only your server reads it",
  copy = "Copy secret",
  onDone,
}: {
  secret: string;
  label: ReactNode;
  /** What to do with it besides copying it. */
  keep?: string;
  copy?: string;
  onDone?: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="rounded border border-production-line bg-production-soft p-4 text-sm">
      <h2 ref={heading} tabIndex={-1} className="flex items-center gap-2 font-medium">
        <KeyRound aria-hidden className="size-4 shrink-0 text-production-text" />
        <span className="min-w-0 break-words">{label}</span>
      </h2>
      <p className="mt-1">Copy it now and {keep}. You will not see this again.</p>
      <div className="mt-3 flex flex-wrap items-center gap-2">
        <code
          dir="ltr"
          className="min-w-0 grow basis-60 rounded-sm border border-production-line bg-surface px-2.5 py-1.5 font-mono text-[0.8125rem] break-all select-all"
        >
          {secret}
        </code>
        <CopyButton value={secret} label={copy} />
        {onDone && (
          <Button size="sm" onClick={onDone}>
            I stored it
          </Button>
        )}
      </div>
    </div>
  );
}
