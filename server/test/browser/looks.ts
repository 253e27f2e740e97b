import { expect, type Page } from "@playwright/test";
import { violationsOn } from "./axe.ts";

/** Widths and colours do not depend on each other, so each pair of them is looked at once. */
const VIEWS = [
  { width: 1280, height: 900, colorScheme: "light" },
  { width: 320, height: 700, colorScheme: "dark" },
] as const;

/** Collects what a page complains about: errors on its console, refused by its policy, or thrown. */
export function watchErrors(page: Page): string[] {
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || /content security policy/i.test(message.text())) {
      errors.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => errors.push(`${page.url()}: ${error.message}`));
  return errors;
}

/**
 * What is open now, wide in light and narrow in dark: nothing that axe calls serious, nothing to scroll sideways.
 * Needs `reducedMotion`, because colours on their way are neither.
 */
export async function expectGoodLooks(page: Page, name: string): Promise<void> {
  for (const { width, height, colorScheme } of VIEWS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const seen = `${name} at ${width} px, ${colorScheme}`;
    const violations = await violationsOn(page);
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect.soft(serious, seen).toEqual([]);
    expect.soft(await sidewaysPixels(page), `${seen}: scrolls sideways`).toBeLessThanOrEqual(0);
  }
}

/** How far one can scroll sideways; also when a part of the page scrolls instead of the document. */
export function sidewaysPixels(page: Page): Promise<number> {
  return page.evaluate(() => {
    const main = document.querySelector("main") ?? document.body;
    return Math.max(
      ...[document.documentElement, document.body, main].map(
        ({ scrollWidth, clientWidth }) => scrollWidth - clientWidth,
      ),
    );
  });
}
