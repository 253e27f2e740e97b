import { type AccessKind, MOUNTS } from "@parlance/contract/operation";
import { OPERATIONS } from "@parlance/contract/operations";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** What every page needs, whole instead of in pieces: one file packs better than five. The rest goes with its pages. */
const FIRST = [
  { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 2 },
  {
    name: "data",
    test: (id: string) =>
      /node_modules\/(@tanstack\/(?!react-virtual|virtual-core)|use-sync-external-store\/)/.test(id) &&
      !/mutationObserver|useMutation|queriesObserver|useQueries/.test(id),
    priority: 1,
  },
];

/**
 * Two pages: `connect.html` is what a signed-out visitor or an arriving app needs and nothing else;
 * `index.html` is the signed-in dashboard. The server decides by path which of the two it sends.
 */
export default defineConfig({
  base: "/",
  // A stand-in for what React has had since 18.
  resolve: {
    alias: [
      {
        find: /^use-sync-external-store\/shim\/with-selector(\.js)?$/,
        replacement: "use-sync-external-store/with-selector",
      },
    ],
  },
  plugins: [react(), tailwindcss(), contractRoutes(), preloadFont("inter-latin-wght-normal")],
  build: {
    manifest: true,
    // Nothing is inlined: the pages are served with `script-src 'self'; style-src 'self'; font-src 'self'`.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The third is no page: the server writes those of the guides, with this script and its style sheet.
      input: ["index.html", "connect.html", "src/docs/main.ts"],
      output: { codeSplitting: { groups: FIRST } },
    },
  },
});

/**
 * `virtual:contract-routes`: method and path of every operation a session may call, read from the contract at build
 * time; `virtual:token-routes` has those that a token alone opens, for the page that shows how an app calls them. Importing
 * the operations themselves would bring the schema library to every visitor (34 kB gzip).
 */
function contractRoutes(): Plugin {
  const modules: Record<string, readonly AccessKind[]> = {
    "virtual:contract-routes": ["role", "scope"],
    "virtual:token-routes": ["any_token", "access_token"],
  };
  return {
    name: "contract-routes",
    resolveId: (id) => (id in modules ? `\0${id}` : undefined),
    load(id) {
      const kinds = modules[id.slice(1)];
      return kinds && `export default ${JSON.stringify(routesOpenTo(kinds))}`;
    },
  };
}

function routesOpenTo(kinds: readonly AccessKind[]): Record<string, readonly [method: string, path: string]> {
  const routes = Object.entries(OPERATIONS)
    .filter(([, { access }]) => kinds.includes(access.by))
    .map(([operation, { rest }]) => [operation, [rest.method, MOUNTS[rest.mount] + rest.path]]);
  return Object.fromEntries(routes);
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
