import { Fragment } from "react";
import { cx } from "../../components/cx.ts";

/** A key's name, which breaks after its dots and dashes before it breaks anywhere else. */
export function KeyName({ name, className }: { name: string; className?: string }) {
  return (
    <code dir="ltr" className={cx("text-start font-mono text-[0.92em] wrap-anywhere", className)}>
      {name.split(/(?<=[._/:-])/).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of one name have no other identity
        <Fragment key={index}>
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
