import { ALL_SCOPES, inOrder, SCOPES, type Scope } from "@parlance/contract/scopes";
import { CircleAlert, TriangleAlert } from "lucide-react";
import { Checkbox } from "../../components/checkbox.tsx";

/** What an app may ask for at most, in the words and groups of the consent page. */
export function ScopesField({
  value,
  error,
  onChange,
}: {
  value: Scope[];
  error: string | null;
  onChange: (scopes: Scope[]) => void;
}) {
  return (
    <fieldset>
      <legend className="text-sm font-medium">What it may ask for</legend>
      <p className="mt-0.5 text-sm text-muted">
        People choose from this when they connect it. Ask for little: they see the list.
      </p>
      {error && (
        <p role="alert" className="mt-1.5 flex items-start gap-1.5 text-sm text-danger-text">
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
          {error}
        </p>
      )}
      <div className="mt-3 flex flex-col gap-4">
        {GROUPS.map(({ group, label }) => (
          <fieldset key={group} aria-label={label}>
            <legend
              className={
                group === "production"
                  ? "flex items-center gap-1.5 text-xs font-medium text-production-text"
                  : "text-xs font-medium text-muted"
              }
            >
              {group === "production" && <TriangleAlert aria-hidden className="size-3.5" />}
              {label}
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
  { group: "read", label: "Read" },
  { group: "write", label: "Write" },
  { group: "production", label: "Reaches production" },
] as const;
