import markUrl from "../design/mark.svg";
import { cx } from "./cx.ts";

/** The sign of the product; decoration beside its name. */
export function Mark({ className }: { className?: string }) {
  return <img src={markUrl} alt="" className={cx("shrink-0", className ?? "size-6")} />;
}
