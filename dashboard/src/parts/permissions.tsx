import { inOrder, SCOPES, type Scope } from "@parlance/contract/scopes";
import { Check, TriangleAlert } from "lucide-react";
import { Badge } from "../components/badge.tsx";

/** Scopes in the words that people read on the consent page; those that reach production stand out. */
export function Permissions({ scopes }: { scopes: readonly Scope[] }) {
  if (scopes.length === 0) return <p className="text-muted">None</p>;
  return (
    <ul className="flex flex-col gap-1.5">
      {inOrder(scopes).map((scope) => {
        const { sentence, warning } = SCOPES[scope];
        const Icon = warning ? TriangleAlert : Check;
        return (
          <li key={scope} className="flex items-start gap-2">
            <Icon
              aria-hidden
              className={`mt-0.5 size-4 shrink-0 ${warning ? "text-production-text" : "text-muted"}`}
            />
            <span>
              {sentence}
              {warning && <span className="sr-only"> (reaches production)</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

/** One amber word when any of the scopes can change what is live. */
export function ReachesProduction({ scopes }: { scopes: readonly Scope[] }) {
  if (!scopes.some((scope) => SCOPES[scope].warning)) return null;
  return (
    <Badge tone="production" icon={TriangleAlert}>
      Reaches production
    </Badge>
  );
}
