import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { ApiProblem, explain } from "../../api.ts";
import { Alert } from "../../components/alert.tsx";
import { Button } from "../../components/button.tsx";
import { controlClass } from "../../components/field.tsx";
import { plainName } from "../../components/name.tsx";
import { languageLabel } from "../../parts/words.ts";
import { directionOf, Translation } from "./translation.tsx";

/**
 * One text being written: Enter saves, with Ctrl or ⌘ it also goes on to the next row, Shift+Enter breaks the line, Esc
 * leaves it as it was.
 */
export function ValueEditor({
  language,
  keyName,
  text: before,
  revision: begunAt,
  onSave,
  onClose,
}: {
  language: string;
  keyName: string;
  text: string;
  revision: number;
  /** Rejects with the reason when it cannot be saved. */
  onSave: (text: string, revision: number) => Promise<unknown>;
  /** "below" to go on with the next row. */
  onClose: (next?: "below") => void;
}) {
  const [text, setText] = useState(before);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<string[]>([]);
  // What one has seen last: the text it began with, or what somebody else wrote meanwhile.
  const [revision, setRevision] = useState(begunAt);
  const [theirs, setTheirs] = useState<Theirs | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with the text it began with
  useEffect(() => {
    area.current?.focus();
    area.current?.setSelectionRange(before.length, before.length);
  }, []);

  async function save(next?: "below") {
    if (busy) return;
    if (text === before && !theirs) return onClose(next);
    setBusy(true);
    try {
      await onSave(text, revision);
      onClose(next);
    } catch (error) {
      const moved = collisionOf(error);
      setTheirs(moved);
      if (moved) setRevision(moved.revision);
      setProblems(moved ? [] : reasons(error));
      setBusy(false);
      area.current?.focus();
    }
  }

  function press(event: KeyboardEvent) {
    event.stopPropagation();
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") onClose();
    if (event.key !== "Enter" || event.shiftKey) return;
    if (event.target !== area.current) return;
    event.preventDefault();
    void save(event.ctrlKey || event.metaKey ? "below" : undefined);
  }

  return (
    <fieldset onKeyDown={press} className="m-0 flex min-w-0 flex-col gap-2 border-0 p-0">
      <textarea
        ref={area}
        lang={language}
        dir={directionOf(language)}
        rows={Math.min(8, Math.max(2, text.split("\n").length, Math.ceil(text.length / 40)))}
        aria-label={`${languageLabel(language)} text of ${keyName}`}
        aria-invalid={problems.length > 0 || undefined}
        aria-describedby={problems.length > 0 ? id : undefined}
        readOnly={busy}
        value={text}
        onChange={(event) => setText(event.target.value)}
        className={`${controlClass} field-sizing-content max-h-72 resize-y px-2 py-1.5 text-sm`}
      />
      {problems.length > 0 && (
        <div id={id} role="alert" className="text-sm text-danger-text">
          <ul className="flex flex-col gap-1">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </div>
      )}
      {theirs && (
        <Alert announce title={`${theirs.by} wrote here meanwhile`}>
          <Translation language={language} className="block">
            {theirs.text}
          </Translation>
          Save again to replace it, or cancel to keep it.
        </Alert>
      )}
      <p className="flex flex-wrap items-center gap-2">
        <Button size="sm" variant="primary" busy={busy} onClick={() => void save()}>
          Save
        </Button>
        <Button size="sm" onClick={() => onClose()}>
          Cancel
        </Button>
      </p>
    </fieldset>
  );
}

interface Theirs {
  text: string;
  by: string;
  revision: number;
}

/** What somebody else wrote since the text was read; null when the server refused it for another reason. */
function collisionOf(error: unknown): Theirs | null {
  const faults = error instanceof ApiProblem ? error.fieldErrors : [];
  const fault = faults.find(({ code }) => code === "revision_moved");
  if (!fault) return null;
  const present = fault.present as {
    text?: string;
    revision?: number;
    actor?: { name?: string | null };
  } | null;
  return {
    text: present?.text ?? "",
    by: plainName(present?.actor?.name ?? "Somebody"),
    revision: present?.revision ?? 0,
  };
}

/** What is wrong with the text, in words; the reason as a whole when the server blames no part of it. */
function reasons(error: unknown): string[] {
  if (!(error instanceof ApiProblem) || error.fieldErrors.length === 0) return [explain(error)];
  return [...new Set(error.fieldErrors.map(faultInWords))];
}

export function faultInWords({
  expected,
  found,
  suggestion,
  code,
}: {
  expected?: string | undefined;
  found?: string | undefined;
  suggestion?: string | undefined;
  code: string;
}): string {
  const what = expected ? `Expected: ${expected.replace(/\.$/, "")}.` : `${code.replaceAll("_", " ")}.`;
  return [what, found && `Found: ${found.replace(/\.$/, "")}.`, suggestion].filter(Boolean).join(" ");
}
