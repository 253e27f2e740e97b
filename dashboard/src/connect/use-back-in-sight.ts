import { useEffect, useRef } from "react";

/**
 * Looks again whenever somebody comes back to this tab, because another one may have signed in or decided meanwhile. One
 * look at a time; one that fails is no news, and leaves the page as it is.
 */
export function useBackInSight(look: () => Promise<unknown>): void {
  const latest = useRef(look);
  latest.current = look;
  useEffect(() => {
    let looking = false;
    async function lookAgain() {
      if (looking || document.hidden) return;
      looking = true;
      await latest.current().catch(() => {});
      looking = false;
    }
    document.addEventListener("visibilitychange", lookAgain);
    addEventListener("focus", lookAgain);
    return () => {
      document.removeEventListener("visibilitychange", lookAgain);
      removeEventListener("focus", lookAgain);
    };
  }, []);
}
