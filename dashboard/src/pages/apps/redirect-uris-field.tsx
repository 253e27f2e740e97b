import { CircleAlert, Plus, X } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "../../components/button.tsx";
import { cx } from "../../components/cx.ts";
import { controlClass } from "../../components/field.tsx";
import { type AppType, redirectUriProblem } from "./redirect-uri.ts";

const MOST = 20;

/** The addresses an app may send people back to, one per line, each judged when one leaves it. */
export function RedirectUrisField({
  value,
  type,
  error,
  onChange,
}: {
  value: string[];
  type: AppType;
  /** From sending the form: then every faulty line says so. */
  error: string | null;
  onChange: (uris: string[]) => void;
}) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [left, setLeft] = useState<ReadonlySet<number>>(new Set());
  const focusLine = (index: number) =>
    requestAnimationFrame(() => list.current?.querySelectorAll("input")[index]?.focus());

  function remove(index: number) {
    onChange(value.filter((_, other) => other !== index));
    setLeft(new Set());
    focusLine(Math.max(0, index - 1));
  }

  const problems = value.map((uri, index) =>
    error || left.has(index) ? redirectUriProblem(uri, type) : null,
  );
  const general = error && problems.every((problem) => problem === null) ? error : null;
  return (
    <fieldset className="flex flex-col gap-1.5">
      <legend className="mb-1.5 text-sm font-medium">Redirect addresses</legend>
      <ul ref={list} className="flex flex-col gap-2">
        {value.map((uri, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
          <li key={index}>
            <div className="flex gap-1.5">
              <input
                dir="ltr"
                type="url"
                spellCheck={false}
                autoComplete="off"
                aria-label={`Redirect address ${index + 1}`}
                aria-invalid={problems[index] ? true : undefined}
                aria-describedby={problems[index] ? `${id}-${index}` : `${id}-hint`}
                placeholder={EXAMPLE[type]}
                maxLength={2000}
                value={uri}
                onChange={(event) =>
                  onChange(value.map((old, other) => (other === index ? event.target.value : old)))
                }
                onBlur={() => uri && setLeft(new Set([...left, index]))}
                className={cx(controlClass, "min-h-9 px-3 py-1.5 font-mono text-[0.8125rem]")}
              />
              {value.length > 1 && (
                <Button
                  variant="ghost"
                  aria-label={`Remove redirect address ${index + 1}`}
                  onClick={() => remove(index)}
                >
                  <X aria-hidden />
                </Button>
              )}
            </div>
            {problems[index] && <Problem id={`${id}-${index}`}>{problems[index]}</Problem>}
          </li>
        ))}
      </ul>
      {general && <Problem id={`${id}-all`}>{general}</Problem>}
      {value.length < MOST && (
        <div>
          <Button
            size="sm"
            variant="ghost"
            className="-ms-2.5"
            onClick={() => {
              onChange([...value, ""]);
              focusLine(value.length);
            }}
          >
            <Plus aria-hidden />
            Add another
          </Button>
        </div>
      )}
      <p id={`${id}-hint`} className="text-sm text-muted">
        Compared letter by letter.{" "}
        {type === "native"
          ? "https, a scheme of your own, or http on localhost with any port."
          : "https only, except on localhost, 127.0.0.1 and [::1]."}
      </p>
    </fieldset>
  );
}

function Problem({ id, children }: { id: string; children: string }) {
  return (
    <p id={id} role="alert" className="mt-1 flex items-start gap-1.5 text-sm text-danger-text">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      {children}
    </p>
  );
}

const EXAMPLE: Record<AppType, string> = {
  web: "https://ci.example.com/connect/callback",
  spa: "https://app.example.com/callback",
  native: "http://127.0.0.1/callback",
};
