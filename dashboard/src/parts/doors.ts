import type { Via } from "@parlance/contract/actors";

/** Through which door something was done. */
export const DOORS: Readonly<Record<Via, string>> = {
  dashboard: "Dashboard",
  rest: "API",
  mcp: "Agent",
  trpc: "Client",
  cli: "Command line",
  import: "Import",
};
