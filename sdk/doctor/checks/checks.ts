import { AUTHORIZE_CHECKS } from "./authorize.ts";
import type { Check } from "./check.ts";
import { leakChecks } from "./leaks.ts";
import { REFUSAL_CHECKS } from "./refusals.ts";
import { TOKEN_CHECKS } from "./tokens.ts";

/** Every check in its order; leaks are looked for last, in all that was said until then. `output` is what the app printed. */
export function allChecks(output: () => string): readonly Check[] {
  return [...AUTHORIZE_CHECKS, ...TOKEN_CHECKS, ...REFUSAL_CHECKS, ...leakChecks(output)];
}
