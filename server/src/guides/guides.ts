/** One guide: its file is `docs/guides/{slug}.md`, whose first heading is its title. */
interface GuideEntry {
  readonly slug: string;
  /** What one can do after reading it; lists of guides show it beside the title. */
  readonly sentence: string;
}

/** Every guide, in the order in which navigation, start page and `/llms.txt` show them. */
export const GUIDE_GROUPS: readonly { readonly title: string; readonly guides: readonly GuideEntry[] }[] = [
  {
    title: "Build an app",
    guides: [
      { slug: "connect", sentence: "From a registered app to the first call, with curl and in code." },
      {
        slug: "tokens",
        sentence: "Renew access tokens, store what rotates, and lose no connection on the way.",
      },
      { slug: "installation-tokens", sentence: "Mint the token that does the work, narrow it and cache it." },
      { slug: "scopes", sentence: "Which permissions there are, and how to ask for one more." },
      {
        slug: "several-organizations",
        sentence: "One approval, several grants: a connection for each organization.",
      },
      { slug: "devices", sentence: "Connect what has no browser, by a code that its user types elsewhere." },
      {
        slug: "revocation",
        sentence: "Notice that a connection ended, end one yourself, and connect again.",
      },
      { slug: "security-checklist", sentence: "What to check before other people's users connect." },
    ],
  },
  {
    title: "Work with texts",
    guides: [
      { slug: "calling-the-api", sentence: "Lists, retries, idempotency, revisions, dry runs and limits." },
      {
        slug: "import-and-publish",
        sentence: "Send a file, see what would change, publish it and roll back.",
      },
      { slug: "cdn", sentence: "Read published texts, from anywhere and without a token." },
      { slug: "errors", sentence: "Every code that the server answers, and what to do about it." },
    ],
  },
  {
    title: "Agents and your own programs",
    guides: [
      { slug: "agents", sentence: "Let an agent in over MCP, or use clients of Better i18n." },
      { slug: "api-keys", sentence: "Let build servers, scripts and the command line in with a key." },
    ],
  },
  {
    title: "Run it",
    guides: [
      { slug: "local-development", sentence: "A server, a sample app and a partner on your own computer." },
      { slug: "back-up-and-restore", sentence: "Copy a running server, and bring it back." },
    ],
  },
];

export const GUIDES: readonly GuideEntry[] = GUIDE_GROUPS.flatMap(({ guides }) => guides);

/** Addresses of the pages; a guide is `{start}/{slug}`, as Markdown `{start}/{slug}.md`. */
export const GUIDE_PATHS = {
  start: "/docs",
  search: "/docs/search",
  found: "/docs/search.json",
  source: "/docs/source",
  list: "/llms.txt",
  whole: "/llms-full.txt",
} as const;
