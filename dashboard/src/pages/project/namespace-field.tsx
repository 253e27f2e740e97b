import { useId } from "react";
import { TextField } from "../../components/text-field.tsx";

/** The name of a namespace, with those that exist to pick from. */
export function NamespaceField({
  names,
  hint,
  value,
  error,
  onChange,
}: {
  names: string[];
  hint?: string;
  value: string;
  error: string | null;
  onChange: (name: string) => void;
}) {
  const id = useId();
  return (
    <>
      <TextField
        label="Namespace"
        dir="ltr"
        list={id}
        maxLength={128}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        hint={hint}
        value={value}
        error={error}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}
