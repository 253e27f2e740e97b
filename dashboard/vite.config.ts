import { MOUNTS } from "@parlance/contract/operation";
import { OPERATIONS } from "@parlance/contract/operations";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/**
 * Two entries: `connect.html` is what a signed-out visitor or an arriving app needs and nothing else;
 * `index.html` is the signed-in dashboard. The server decides by path which of the two it sends.
 */
export default defineConfig({
  base: "/",
  plugins: [react(), tailwindcss(), contractRoutes(), preloadFont("inter-latin-wght-normal")],
  build: {
    manifest: true,
    // Nothing is inlined: the pages are served with `script-src 'self'; style-src 'self'; font-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["index.html", "connect.html"] },
  },
});

/**
 * `virtual:contract-routes`: method and path of every operation a session may call, read from the contract at build
 * time. Importing the operations themselves would bring the schema library to every visitor (34 kB gzip).
 */
function contractRoutes(): Plugin {
  const name = "virtual:contract-routes";
  const routes = Object.entries(OPERATIONS)
    .filter(([, { access }]) => access.by === "role" || access.by === "scope")
    .map(([operation, { method, mount, path }]) => [operation, [method, MOUNTS[mount] + path]]);
  return {
    name: "contract-routes",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) =>
      id === `\0${name}` ? `export default ${JSON.stringify(Object.fromEntries(routes))}` : undefined,
  };
}

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
