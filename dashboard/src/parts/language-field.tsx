import { useId } from "react";
import { TextField } from "../components/text-field.tsx";
import { languageName } from "./words.ts";

/** A language code, with common ones to pick from and the name of what was typed beneath. */
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
  const id = useId();
  const name = languageName(value);
  return (
    <>
      <TextField
        label={label}
        dir="ltr"
        list={id}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        maxLength={35}
        placeholder="de or pt-BR"
        value={value}
        error={error}
        hint={name ? `${name}. ${hint ?? ""}` : hint}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={id}>
        {COMMON.map((code) => (
          <option key={code} value={code}>
            {languageName(code) ?? code}
          </option>
        ))}
      </datalist>
    </>
  );
}

/** What is wrong with a language code; null when nothing is. */
export function languageProblem(code: string): string | null {
  try {
    if (Intl.getCanonicalLocales(code.trim().replaceAll("_", "-")).length === 1) return null;
  } catch {
    // Falls through to the sentence.
  }
  return "Enter a language code such as de, pt-BR or zh-Hans.";
}

const COMMON =
  "ar bg bn ca cs da de el en en-GB en-US es es-419 et fa fi fr fr-CA he hi hr hu id it ja ko lt lv ms nb nl pl pt-BR pt-PT ro ru sk sl sr sv th tr uk ur vi zh-Hans zh-Hant".split(
    " ",
  );
