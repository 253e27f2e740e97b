import type {
  CallToolResult,
  ElicitRequestFormParams,
  McpServer,
  ServerContext,
} from "@modelcontextprotocol/server";
import { z } from "zod";

/** On the stream of the call: there is no other one, since GET opens none. */
const of = ({ id }: ServerContext["mcpReq"]) => ({ relatedRequestId: id });

/** Tools that ask the client by a request of their own, as servers did before 2026-07-28. */
export function addLegacyTools(server: McpServer): void {
  server.registerTool(
    "test_sampling",
    { description: "Asks a model", inputSchema: z.object({ prompt: z.string() }) },
    async ({ prompt }, { mcpReq }) => {
      const { content } = await mcpReq.requestSampling(
        {
          messages: [{ role: "user", content: { type: "text", text: prompt } }],
          maxTokens: 100,
        },
        of(mcpReq),
      );
      return said(`LLM response: ${"text" in content ? content.text : JSON.stringify(content)}`);
    },
  );
  server.registerTool(
    "test_elicitation",
    { description: "Asks the person", inputSchema: z.object({ message: z.string() }) },
    async ({ message }, { mcpReq }) => {
      const { action, content } = await mcpReq.elicitInput(
        {
          message,
          requestedSchema: {
            type: "object",
            properties: {
              username: { type: "string", description: "User's response" },
              email: { type: "string", description: "User's email address" },
            },
            required: ["username", "email"],
          },
        },
        of(mcpReq),
      );
      return said(`User response: <action: ${action}, content: ${JSON.stringify(content)}>`);
    },
  );
  for (const [name, properties] of Object.entries(FORMS)) {
    server.registerTool(name, { description: "Asks by a form" }, async ({ mcpReq }) => {
      const { action, content } = await mcpReq.elicitInput(
        {
          message: "Please fill this in",
          requestedSchema: { type: "object", properties, required: [] },
        },
        of(mcpReq),
      );
      return said(`Elicitation completed: action=${action}, content=${JSON.stringify(content)}`);
    });
  }
}

type Properties = ElicitRequestFormParams["requestedSchema"]["properties"];

const FORMS: Record<string, Properties> = {
  test_elicitation_sep1034_defaults: {
    name: { type: "string", default: "John Doe" },
    age: { type: "integer", default: 30 },
    score: { type: "number", default: 95.5 },
    status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
    verified: { type: "boolean", default: true },
  },
  test_elicitation_sep1330_enums: {
    untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
    titledSingle: {
      type: "string",
      oneOf: [
        { const: "value1", title: "First Option" },
        { const: "value2", title: "Second Option" },
        { const: "value3", title: "Third Option" },
      ],
    },
    legacyEnum: {
      type: "string",
      enum: ["opt1", "opt2", "opt3"],
      enumNames: ["Option One", "Option Two", "Option Three"],
    },
    untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
    titledMulti: {
      type: "array",
      items: {
        anyOf: [
          { const: "value1", title: "First Choice" },
          { const: "value2", title: "Second Choice" },
          { const: "value3", title: "Third Choice" },
        ],
      },
    },
  },
};

function said(text: string): CallToolResult {
  return { content: [{ type: "text", text }] };
}
