import type { Page } from "@playwright/test";

interface Seen {
  /** Milliseconds of each task that kept the page from answering for more than 50 ms. */
  longTasks: number[];
  frames: number;
  late: number;
  /** The most rows that the table held in any frame. */
  mostRows: number;
}

/** Lets the page count its long tasks, late frames and the rows of its table from its next load on. */
export async function watchFrames(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = { longTasks: [] as number[], frames: 0, late: 0, mostRows: 0 };
    Object.assign(globalThis, { seenFrames: seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longTasks.push(Math.round(duration));
    }).observe({ type: "longtask", buffered: true });
    let before = 0;
    const frame = (now: number) => {
      seen.frames += 1;
      if (before && now - before > 50) seen.late += 1;
      before = now;
      const rows = document.querySelector("[role=grid] tbody")?.childElementCount ?? 0;
      seen.mostRows = Math.max(seen.mostRows, rows);
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** What was seen while `act` ran, and the same in words. */
export async function framesDuring(page: Page, act: () => Promise<void>): Promise<Seen & { words: string }> {
  await page.evaluate(() => {
    const { seenFrames } = globalThis as unknown as { seenFrames: Seen };
    Object.assign(seenFrames, { longTasks: [], frames: 0, late: 0, mostRows: 0 });
  });
  await act();
  const seen = await page.evaluate(() => (globalThis as unknown as { seenFrames: Seen }).seenFrames);
  const { longTasks, frames, late, mostRows } = seen;
  const longest = Math.max(0, ...longTasks);
  const words = `${frames} frames, ${late} later than 50 ms; ${longTasks.length} long tasks, the longest ${longest} ms; ${mostRows} rows at most`;
  return { ...seen, words };
}
