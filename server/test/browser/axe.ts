import type { Page } from "@playwright/test";
import axe, { type AxeResults } from "axe-core";

export interface Violation {
  id: string;
  impact: string | null;
  /** Selectors of what breaks the rule. */
  targets: string[];
}

/**
 * What axe finds on the page as it is now. Its source is sent once per document, and only what is wrong comes back:
 * both take longer than the looking.
 */
export async function violationsOn(page: Page): Promise<Violation[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { run } = (window as unknown as { axe: typeof axe }).axe;
    const { violations }: AxeResults = await run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact: impact ?? null,
      targets: nodes.map(({ target }) => target.join(" ")),
    }));
  });
}
