import { ALL_SCOPES, inOrder, SCOPES, type Scope } from "@parlance/contract/scopes";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { Checkbox } from "../components/checkbox.tsx";

/** Some of all permissions, in the words and groups of the consent page. */
export function ScopesField({
  label,
  hint,
  value,
  error,
  onChange,
}: {
  label: string;
  hint: string;
  value: Scope[];
  error: string | null;
  onChange: (scopes: Scope[]) => void;
}) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">{label}</legend>
      <p className="mt-0.5 text-sm text-muted">{hint}</p>
      {error && (
        <p role="alert" className="mt-1.5 flex items-start gap-1.5 text-sm text-danger-text">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
      <div className="mt-3 flex flex-col gap-4">
        {GROUPS.map(({ group, words }) => (
          <fieldset key={group} aria-label={words}>
            <legend
              className={
                group === "production"
                  ? "flex items-center gap-1.5 text-xs font-medium text-production-text"
                  : "text-xs font-medium text-muted"
              }
            >
              {group === "production" && <TriangleAlert aria-hidden className="size-3.5" />}
              {words}
            </legend>
            <div className="mt-2 grid gap-x-6 gap-y-2.5 text-sm sm:grid-cols-2">
              {ALL_SCOPES.filter((scope) => SCOPES[scope].group === group).map((scope) => (
                <Checkbox
                  key={scope}
                  checked={value.includes(scope)}
                  onCheckedChange={(on) =>
                    onChange(inOrder(on ? [...value, scope] : value.filter((other) => other !== scope)))
                  }
                  label={SCOPES[scope].sentence}
                  description={<span className="font-mono text-xs">{scope}</span>}
                />
              ))}
            </div>
          </fieldset>
        ))}
      </div>
    </fieldset>
  );
}

const GROUPS = [
  { group: "read", words: "Read" },
  { group: "write", words: "Write" },
  { group: "production", words: "Reaches production" },
] as const;
