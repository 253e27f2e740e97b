import { describe, expect, test } from "vitest";
import * as setup from "./agent-setup.ts";

const MCP_URL = "https://mcp.example.com/mcp";

describe("what connects an agent", () => {
  test("names the MCP endpoint of the settings, in the form of each client", () => {
    expect(setup.claudeCode(MCP_URL)).toBe(
      "claude mcp add --transport http parlance https://mcp.example.com/mcp",
    );
    expect(JSON.parse(setup.cursor(MCP_URL))).toEqual({ mcpServers: { parlance: { url: MCP_URL } } });
    expect(JSON.parse(setup.vsCode(MCP_URL))).toEqual({
      servers: { parlance: { type: "http", url: MCP_URL } },
    });
    expect(JSON.parse(setup.withKey(MCP_URL))).toMatchObject({
      mcpServers: { parlance: { headers: { Authorization: "Bearer bi-…" } } },
    });
  });

  test("Cursor's link holds the settings of the one server", () => {
    const link = new URL(setup.cursorLink(MCP_URL));
    expect(link.searchParams.get("name")).toBe("parlance");
    expect(JSON.parse(atob(link.searchParams.get("config") ?? ""))).toEqual({ url: MCP_URL });
  });

  test("the bridge is given the origin, and nothing where it could not find the endpoint", () => {
    expect(JSON.parse(setup.bridge(MCP_URL) ?? "")).toEqual({
      mcpServers: {
        parlance: {
          command: "better-i18n-mcp",
          env: { BETTER_I18N_API_KEY: "bi-…", BETTER_I18N_MCP_URL: "https://mcp.example.com" },
        },
      },
    });
    expect(setup.bridge("https://example.com/agents")).toBeNull();
  });
});
