import { Keyboard } from "lucide-react";
import { buttonClass } from "../../components/button.tsx";
import { cx } from "../../components/cx.ts";
import { Popover } from "../../components/popover.tsx";

const SHORTCUTS = [
  ["/", "Search"],
  ["← ↑ ↓ →", "Move between texts"],
  ["Ctrl End", "Go to the last key"],
  ["Enter", "Write a text, or open a key"],
  ["Ctrl Enter", "Save and go on below"],
  ["Shift Enter", "Break the line"],
  ["Esc", "Leave as it was"],
  ["Space", "Select the key"],
  ["Shift ↓", "Select more"],
  ["Ctrl A", "Select all that were read"],
] as const;

/** What the table answers to without a mouse. */
export function KeyShortcuts() {
  return (
    <Popover
      label="Keyboard"
      className={cx(buttonClass({ variant: "ghost" }), "max-md:hidden")}
      button={
        <>
          <Keyboard aria-hidden />
          Keyboard
        </>
      }
    >
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] items-center gap-x-4 gap-y-2">
        {SHORTCUTS.map(([keys, words]) => (
          <div key={keys} className="contents">
            <dt>
              <kbd className="rounded-sm border border-line bg-sunken px-1.5 py-0.5 font-sans text-xs whitespace-nowrap">
                {keys}
              </kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </Popover>
  );
}
