import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * Two entries: `connect.html` is what a signed-out visitor or an arriving app needs and nothing else;
 * `index.html` is the signed-in dashboard. The server decides by path which of the two it sends.
 */
export default defineConfig({
  base: "/",
  plugins: [react(), tailwindcss(), preloadFont("inter-latin-wght-normal")],
  build: {
    manifest: true,
    // Nothing is inlined: the pages are served with `script-src 'self'; style-src 'self'; font-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "connect.html"] },
  },
});

/** Asks for the one font every page needs before the style sheet has been read. */
function preloadFont(name: string): Plugin {
  return {
    name: "preload-font",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((path) => path.includes(`${name}-`));
        if (!file) return [];
        const attrs = { rel: "preload", as: "font", type: "font/woff2", href: `/${file}`, crossorigin: true };
        return [{ tag: "link", attrs, injectTo: "head" }];
      },
    },
  };
}
