import { useMemo } from "react";
import { Combobox } from "../components/combobox.tsx";
import { canonical, searchLanguages } from "./language-search.ts";
import { languageName } from "./words.ts";

/** A language, found by its code or its name in English or in itself; what is stored is the code. */
export function LanguageField({
  label,
  hint,
  value,
  error,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  error: string | null;
  onChange: (code: string) => void;
}) {
  const found = useMemo(() => searchLanguages(value), [value]);
  const name = languageName(value);
  return (
    <Combobox
      label={label}
      spellCheck={false}
      autoCapitalize="none"
      maxLength={60}
      placeholder="German, pt-BR or 日本語"
      value={value}
      error={error}
      hint={name ? `${name}. ${hint ?? ""}` : hint}
      onChange={onChange}
      onPick={onChange}
      options={found.map(({ code, name, ownName }) => ({
        value: code,
        content: (
          <>
            <span className="min-w-0 grow">
              {name}
              {ownName && (
                <bdi lang={code} className="ms-2 text-muted">
                  {ownName}
                </bdi>
              )}
            </span>
            <span className="shrink-0 font-mono text-xs text-muted">{code}</span>
          </>
        ),
      }))}
    />
  );
}

/** What is wrong with a language code; null when nothing is. A word of four letters and more is a name, no code. */
export function languageProblem(code: string): string | null {
  const locale = canonical(code);
  if (locale !== null && /^[a-z]{2,3}(-|$)/.test(locale)) return null;
  return "Pick a language, or enter a code such as de, pt-BR or zh-Hans.";
}
