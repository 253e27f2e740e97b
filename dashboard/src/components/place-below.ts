const GAP = 4;
const EDGE = 8;

/** Puts a floating panel under its button, ending where that ends; above it when there is more room, and never outside the window. */
export function placeBelow(panel: HTMLElement, trigger: HTMLElement): void {
  const at = trigger.getBoundingClientRect();
  const { width, height } = panel.getBoundingClientRect();
  const isRtl = getComputedStyle(trigger).direction === "rtl";
  const left = isRtl ? at.left : at.right - width;
  const fitsBelow = at.bottom + GAP + height <= innerHeight - EDGE;
  const top = fitsBelow ? at.bottom + GAP : Math.max(EDGE, at.top - GAP - height);
  panel.style.left = `${Math.max(EDGE, Math.min(left, innerWidth - width - EDGE))}px`;
  panel.style.top = `${top}px`;
}
