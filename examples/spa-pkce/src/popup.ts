/** The user closed the window, or the browser did not open it. */
export class NoPopupError extends Error {}

const LOOK_MS = 500;

// #region popup
/**
 * Shows an address in a window of its own, and answers the query with which it came back to our callback page. Call it
 * within the click: later, browsers open no window. Throws `NoPopupError`.
 */
export async function askInPopup(address: Promise<string>): Promise<URLSearchParams> {
  const popup = window.open("about:blank", "parlance", "popup,width=520,height=760");
  if (!popup) throw new NoPopupError("The browser did not open a window. Allow it, and try again.");
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const hear = ({ origin, source, data }: MessageEvent) => {
    // Any window may send messages here. Only our own page, in the window that we opened, is heard.
    if (origin !== location.origin || source !== popup) return;
    if (typeof data?.answer === "string") resolve(data.answer);
  };
  const look = () => popup.closed && reject(new NoPopupError("The window was closed. Nothing was changed."));
  const looking = setInterval(look, LOOK_MS);
  window.addEventListener("message", hear);
  try {
    popup.location.href = await address;
    return new URLSearchParams(await promise);
  } finally {
    window.removeEventListener("message", hear);
    clearInterval(looking);
    popup.close();
  }
}
// #endregion
