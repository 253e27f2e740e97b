import { CopyButton } from "../components/copy-button.tsx";

/** Some lines to copy. Scrolls sideways by itself, and so can be reached with Tab. */
export function CodeBlock({
  label,
  code,
  copy = code,
}: {
  label: string;
  code: string;
  /** What is copied, where lines were broken for reading only. */
  copy?: string;
}) {
  return (
    <figure className="text-sm">
      <figcaption className="mb-1.5 flex items-center justify-between gap-3 font-medium">
        {label}
        <CopyButton value={copy} />
      </figcaption>
      <section
        aria-label={label}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        className="overflow-x-auto rounded border border-line bg-sunken px-3 py-2.5"
      >
        <pre dir="ltr" className="font-mono text-[0.8125rem] leading-5">
          {code}
        </pre>
      </section>
    </figure>
  );
}
