import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tool } from "@parlance/contract/tool";
import { TOOLS } from "@parlance/contract/tools";
import { expect, test } from "vitest";

const GUIDE = join(import.meta.dirname, "../guides/agents.md");

test("the guide for agents names each tool that they are offered once, and no other", () => {
  const [, rows = ""] = readFileSync(GUIDE, "utf8").split("| it wants to | tools |");
  const [table = ""] = rows.split("\n\n");
  const named = [...table.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
  const offered = Object.entries(TOOLS as Record<string, Tool>).filter(([, tool]) => !tool.procedure?.only);
  expect(named.toSorted()).toEqual(offered.map(([name]) => name).toSorted());
});
