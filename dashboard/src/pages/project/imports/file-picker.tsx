import { FILE_FORMATS, MEDIA_TYPES } from "@parlance/contract/formats";
import { FileUp } from "lucide-react";
import { type DragEvent, type ReactNode, useId, useState } from "react";
import { cx } from "../../../components/cx.ts";

const ENDINGS = Object.values(FILE_FORMATS).flatMap(({ extensions }) => extensions.map((name) => `.${name}`));
const ACCEPTED = [...new Set(ENDINGS), ...MEDIA_TYPES].join(",");

/** A place to drop one file on, or to choose one with. The browser's own field underneath, so the keyboard works. */
export function FilePicker({
  label,
  children,
  onFile,
}: {
  label: string;
  children?: ReactNode;
  onFile: (file: File) => void;
}) {
  const id = useId();
  const [isOver, setOver] = useState(false);

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) onFile(file);
  }

  return (
    <label
      htmlFor={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx(
        "relative flex cursor-pointer flex-col items-center gap-1 rounded border border-dashed px-5 py-10 text-center text-sm",
        "has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-2 has-[:focus-visible]:outline-accent-text",
        isOver ? "border-accent bg-accent-soft" : "border-line-strong bg-canvas hover:bg-hover",
      )}
    >
      <FileUp aria-hidden className="mb-2 size-6 text-muted" />
      <span className="font-medium">{label}</span>
      {children && <span className="max-w-prose text-balance text-muted">{children}</span>}
      <input
        id={id}
        type="file"
        accept={ACCEPTED}
        className="absolute inset-0 cursor-pointer opacity-0"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          // The same file chosen again is a choice again.
          event.target.value = "";
          if (file) onFile(file);
        }}
      />
    </label>
  );
}
