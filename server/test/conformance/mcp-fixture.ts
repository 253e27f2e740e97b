import { randomBytes, randomUUID } from "node:crypto";
import {
  acceptedContent,
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createMcpHandler,
  createRequestStateCodec,
  type GetPromptResult,
  type InputRequests,
  inputRequired,
  isLegacyRequest,
  McpServer,
  ResourceTemplate,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { z } from "zod";
import { asAuthInfo } from "../../src/mcp/mcp-request.ts";
import type { Serve } from "../../src/mcp/serve.ts";
import { addLegacyTools } from "./mcp-fixture-legacy.ts";

/** One red point. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
/** No sound at all. */
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=";
const PAUSE_MS = 50;

type Responses = ServerContext["mcpReq"]["inputResponses"];

/**
 * Serves what the conformance tool asks of a server that was made for it: tools, prompts and resources with the names that its
 * scenarios know. Nothing of it is in the product; what is tested with it is the HTTP that the product puts around a server.
 */
export function serveFixture(): { serve: Serve; close(): Promise<void> } {
  const states = createRequestStateCodec<string>({ key: randomBytes(32) });
  const modern = createMcpHandler(() => newFixture(states, () => modern.notify), { legacy: "reject" });
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const serve: Serve = async (request, body, of) => {
    const passed = { authInfo: asAuthInfo(of), parsedBody: body };
    if (!(await isLegacyRequest(request, body))) return modern.fetch(request, passed);
    const known = sessions.get(request.headers.get("mcp-session-id") ?? "");
    if (known) return known.handleRequest(request, passed);
    // Older clients answer a server's question with a message of its own, so the server has to be there still.
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => void sessions.set(id, transport),
    });
    await newFixture(states, () => modern.notify).connect(transport);
    return transport.handleRequest(request, passed);
  };
  return {
    serve,
    async close() {
      await modern.close();
      for (const transport of sessions.values()) await transport.close();
    },
  };
}

type States = ReturnType<typeof createRequestStateCodec<string>>;
type Notify = () => ReturnType<typeof createMcpHandler>["notify"];

function newFixture(states: States, notify: Notify): McpServer {
  const server = new McpServer(
    { name: "fixture", version: "1.0.0" },
    {
      capabilities: {
        ...{ logging: {}, completions: {} },
        tools: { listChanged: true },
        prompts: { listChanged: true },
        resources: { subscribe: true },
      },
      requestState: { verify: states.verify },
    },
  );
  addPlainTools(server, notify);
  addLegacyTools(server);
  addAskingTools(server, states);
  addResources(server);
  addPrompts(server);
  return server;
}

function addPlainTools(server: McpServer, notify: Notify): void {
  const answer = (name: string, content: CallToolResult["content"]) =>
    server.registerTool(name, { description: `Answers ${name}` }, async () => ({ content }));
  answer("test_simple_text", [text("This is a simple text response for testing.")]);
  answer("test_image_content", [{ type: "image", data: PNG, mimeType: "image/png" }]);
  answer("test_audio_content", [{ type: "audio", data: WAV, mimeType: "audio/wav" }]);
  answer("test_embedded_resource", [
    embedded("test://embedded-resource", "This is an embedded resource content."),
  ]);
  answer("test_multiple_content_types", [
    text("Multiple content types test:"),
    { type: "image", data: PNG, mimeType: "image/png" },
    embedded("test://mixed-content-resource", '{"test":"data","value":123}', "application/json"),
  ]);
  server.registerTool("test_error_handling", { description: "Fails" }, async () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  server.registerTool(
    "test_tool_with_progress",
    { description: "Says how far it is" },
    async ({ mcpReq }) => {
      const progressToken = mcpReq._meta?.progressToken;
      for (const progress of [0, 50, 100]) {
        if (progressToken !== undefined) {
          await mcpReq.notify({
            method: "notifications/progress",
            params: { progressToken, progress, total: 100 },
          });
        }
        await pause();
      }
      return { content: [text("Done.")] };
    },
  );
  const logs = async ({ mcpReq }: ServerContext): Promise<CallToolResult> => {
    for (const line of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      await mcpReq.log("info", line);
      await pause();
    }
    return { content: [text("Logged.")] };
  };
  server.registerTool("test_tool_with_logging", { description: "Logs" }, logs);
  server.registerTool("test_logging_tool", { description: "Logs" }, logs);
  // The library refuses a question that the client did not say it can answer.
  server.registerTool("test_missing_capability", { description: "Needs sampling" }, async () =>
    inputRequired({ inputRequests: { greeting: askModel("Generate a greeting") } }),
  );
  server.registerTool("test_trigger_tool_change", { description: "Changes tools" }, async () => {
    notify().toolsChanged();
    return { content: [text("Changed.")] };
  });
  server.registerTool("test_trigger_prompt_change", { description: "Changes prompts" }, async () => {
    notify().promptsChanged();
    return { content: [text("Changed.")] };
  });
}

const NAME = z.object({ name: z.string() });
const OK = z.object({ ok: z.boolean() });
const askName = () => inputRequired.elicit({ message: "What is your name?", requestedSchema: NAME });
const askOk = () => inputRequired.elicit({ message: "Please confirm", requestedSchema: OK });
const askModel = (words: string, maxTokens = 100) =>
  inputRequired.createMessage({
    messages: [{ role: "user", content: text(words) }],
    maxTokens,
  });

/** Tools that ask back by their answer (SEP-2322). */
function addAskingTools(server: McpServer, states: States): void {
  const asks = (
    name: string,
    questions: (context: ServerContext) => InputRequests,
    isAnswered: (responses: Responses) => string | undefined,
    { isStated = false } = {},
  ) =>
    server.registerTool(name, { description: `Asks for ${name}` }, async (context) => {
      const { mcpReq } = context;
      const answered = isAnswered(mcpReq.inputResponses);
      const isStateKnown = !isStated || mcpReq.requestState<string>() === name;
      if (answered !== undefined && isStateKnown) return { content: [text(answered)] };
      return inputRequired({
        inputRequests: questions(context),
        ...(isStated && { requestState: await states.mint(name, context) }),
      });
    });
  asks(
    "test_input_required_result_elicitation",
    () => ({ user_name: askName() }),
    (responses) => {
      const name = acceptedContent(responses, "user_name", NAME)?.name;
      return name === undefined ? undefined : `Hello, ${name}!`;
    },
  );
  asks(
    "test_streaming_elicitation",
    () => ({ user_name: askName() }),
    (responses) => acceptedContent(responses, "user_name", NAME)?.name,
  );
  asks(
    "test_input_required_result_sampling",
    () => ({ capital_question: askModel("What is the capital of France?") }),
    (responses) => given(responses, "capital_question"),
  );
  asks(
    "test_input_required_result_list_roots",
    () => ({ client_roots: inputRequired.listRoots() }),
    (responses) => given(responses, "client_roots"),
  );
  asks(
    "test_input_required_result_request_state",
    () => ({ confirm: askOk() }),
    (responses) => acceptedContent(responses, "confirm", OK) && "state-ok",
    { isStated: true },
  );
  asks(
    "test_input_required_result_tampered_state",
    () => ({ confirm: askOk() }),
    (responses) => acceptedContent(responses, "confirm", OK) && "state-ok",
    { isStated: true },
  );
  asks(
    "test_input_required_result_multiple_inputs",
    () => ({
      user_name: askName(),
      greeting: askModel("Generate a greeting", 50),
      client_roots: inputRequired.listRoots(),
    }),
    (responses) =>
      ["user_name", "greeting", "client_roots"].every((key) => given(responses, key))
        ? "All there."
        : undefined,
    { isStated: true },
  );
  asks(
    "test_input_required_result_capabilities",
    (context) => ({
      ...(capabilitiesOf(context).elicitation && { user_name: askName() }),
      ...(capabilitiesOf(context).sampling && { greeting: askModel("Generate a greeting") }),
    }),
    (responses) => given(responses, "greeting") ?? given(responses, "user_name"),
  );
  server.registerTool(
    "test_input_required_result_multi_round",
    { description: "Asks twice" },
    async (context) => {
      const { mcpReq } = context;
      const round = mcpReq.requestState<string>() ?? "none";
      const color = z.object({ color: z.string() });
      if (round === "second" && acceptedContent(mcpReq.inputResponses, "step2", color)) {
        return { content: [text("Thank you.")] };
      }
      const isSecond =
        round === "first" && acceptedContent(mcpReq.inputResponses, "step1", NAME) !== undefined;
      const message = isSecond ? "Step 2: What is your favorite color?" : "Step 1: What is your name?";
      return inputRequired({
        inputRequests: {
          [isSecond ? "step2" : "step1"]: inputRequired.elicit({
            message,
            requestedSchema: isSecond ? color : NAME,
          }),
        },
        requestState: await states.mint(isSecond ? "second" : "first", context),
      });
    },
  );
}

function addResources(server: McpServer): void {
  const described = (mimeType: string) => ({ description: "For the conformance tool", mimeType });
  const static_ = (
    name: string,
    uri: string,
    mimeType: string,
    content: { text: string } | { blob: string },
  ) =>
    server.registerResource(name, uri, described(mimeType), async () => ({
      contents: [{ uri, mimeType, ...content }],
    }));
  static_("static-text", "test://static-text", "text/plain", {
    text: "This is the content of the static text resource.",
  });
  static_("static-binary", "test://static-binary", "image/png", { blob: PNG });
  static_("watched", "test://watched-resource", "text/plain", { text: "Watched." });
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    described("application/json"),
    async (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: "application/json",
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );
  for (const method of ["resources/subscribe", "resources/unsubscribe"] as const) {
    server.server.setRequestHandler(method, async () => ({}));
  }
}

function addPrompts(server: McpServer): void {
  const says = (...content: GetPromptResult["messages"][number]["content"][]): GetPromptResult => ({
    messages: content.map((each) => ({ role: "user", content: each })),
  });
  server.registerPrompt("test_simple_prompt", { description: "Simple" }, async () =>
    says(text("This is a simple prompt for testing.")),
  );
  server.registerPrompt(
    "test_prompt_with_arguments",
    { description: "With arguments", argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    async ({ arg1, arg2 }) => says(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description: "With a resource", argsSchema: z.object({ resourceUri: z.string() }) },
    async ({ resourceUri }) =>
      says(
        embedded(resourceUri, "Embedded resource content for testing."),
        text("Please process the embedded resource above."),
      ),
  );
  server.registerPrompt("test_prompt_with_image", { description: "With an image" }, async () =>
    says({ type: "image", data: PNG, mimeType: "image/png" }, text("Please analyze the image above.")),
  );
  const context = z.object({ context: z.string() });
  server.registerPrompt("test_input_required_result_prompt", { description: "Asks" }, async ({ mcpReq }) => {
    const answered = acceptedContent(mcpReq.inputResponses, "user_context", context);
    if (answered) return says(text(answered.context));
    return inputRequired({
      inputRequests: {
        user_context: inputRequired.elicit({
          message: "What context should the prompt use?",
          requestedSchema: context,
        }),
      },
    });
  });
  server.server.setRequestHandler("completion/complete", async () => ({
    completion: { values: [], total: 0, hasMore: false },
  }));
}

/** The answer to a question as text; nothing while it was not given. */
function given(responses: Responses, key: string): string | undefined {
  const response = responses?.[key];
  return response === undefined ? undefined : JSON.stringify(response);
}

function capabilitiesOf({ mcpReq }: ServerContext): ClientCapabilities {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return (envelope[CLIENT_CAPABILITIES_META_KEY] as ClientCapabilities | undefined) ?? {};
}

function text(words: string): { type: "text"; text: string } {
  return { type: "text", text: words };
}

function embedded(uri: string, words: string, mimeType = "text/plain") {
  return { type: "resource" as const, resource: { uri, mimeType, text: words } };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
