import type { ToolHandlers } from "../context.ts";
import { iso } from "../platform/clock.ts";
import { shorten } from "../platform/shorten.ts";
import type { Change } from "./change.ts";
import { createPlan } from "./create-plan.ts";
import { filterOf, inToolWords } from "./tool-selection.ts";

const MOST_CHANGES = 20;
const LONGEST_TEXT = 200;

export const pendingTools: ToolHandlers<"planPublish"> = {
  planPublish: (call, { channel, ...narrowed }) =>
    inToolWords(() =>
      createPlan(call, { channel, filter: filterOf(narrowed) }, ({ plan, outline, ...page }) => {
        const mayRead = call.reach.scopes.includes("translations:read");
        return {
          planId: plan.id,
          expiresAt: iso(plan.expiresAt),
          channel: page.channel,
          base: page.base,
          texts: outline.valueCount,
          files: outline.changedFiles,
          languages: page.languages,
          warnings: page.warnings,
          ...(mayRead
            ? { changes: page.items.slice(0, MOST_CHANGES).map(shortened) }
            : { note: "The changes are not shown: that needs the scope translations:read." }),
          more: page.items.length > MOST_CHANGES || page.nextCursor !== null,
          hint:
            outline.changedFiles === 0
              ? "Nothing would change."
              : "Show this to whoever decides, then call publishPlan with the planId.",
        };
      }),
    ),
};

function shortened({ before, after, ...change }: Change): Change {
  return { ...change, before: cut(before), after: cut(after) };
}

function cut(text: string | null): string | null {
  return text === null ? null : shorten(text, LONGEST_TEXT);
}
