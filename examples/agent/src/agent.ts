import {
  type AuthProvider,
  type CallToolResult,
  Client,
  InsufficientScopeError,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import type { SignIn } from "./sign-in.ts";

/** First sign-in, and one more when a tool needs a permission that was not given. */
const MOST_ASKED = 2;

/** A tool that refused: its sentence says what to change, and is written for a model. */
export class ToolError extends Error {}

/** A token that may not do this, where nobody can be asked for more. */
export class NotAllowedError extends Error {
  /** What a token has to have that may: what this one has, and more. */
  readonly scopes: readonly string[];

  constructor(scopes: readonly string[]) {
    super(`The token may not do this. Ask whoever gave it for one with ${scopes.join(" ")}.`);
    this.scopes = scopes;
  }
}

/** Calls the tools of Parlance's MCP endpoint, with a token that it is given or with one that it asks a person for. */
export class Agent {
  readonly #url: URL;
  readonly #auth: AuthProvider | SignIn;
  #session: Session | undefined;

  constructor(url: URL, auth: AuthProvider | SignIn) {
    this.#url = url;
    this.#auth = auth;
  }

  // #region call
  /** What the tool answers. Throws `ToolError`, `NotAllowedError`, and what the library throws. */
  async call<Answer>(name: string, args: Record<string, unknown>): Promise<Answer> {
    for (let asked = 0; ; asked++) {
      this.#session ??= this.#begin();
      const { client, transport, connected } = this.#session;
      try {
        await connected;
        return answerOf(await client.callTool({ name, arguments: args }));
      } catch (error) {
        if (error instanceof ToolError) throw error;
        if (error instanceof InsufficientScopeError) {
          throw new NotAllowedError(error.requiredScope?.split(" ") ?? []);
        }
        // Whoever connects again is offered the tools that are allowed by then.
        this.#session = undefined;
        const mayAsk = "returned" in this.#auth && asked < MOST_ASKED;
        if (mayAsk && error instanceof UnauthorizedError) {
          // The library has sent the person to the consent page.
          await transport.finishAuth(await this.#auth.returned());
          await client.close();
        } else throw error;
      }
    }
  }
  // #endregion

  async close(): Promise<void> {
    await this.#session?.client.close();
    this.#session = undefined;
  }

  #begin(): Session {
    const client = new Client({ name: "parlance-example-agent", version: "0.1.0" });
    const transport = new StreamableHTTPClientTransport(this.#url, { authProvider: this.#auth });
    return { client, transport, connected: client.connect(transport) };
  }
}

interface Session {
  client: Client;
  transport: StreamableHTTPClientTransport;
  connected: Promise<void>;
}

/** A tool answers one text with JSON, and a refusal in words. */
function answerOf<Answer>({ content, isError }: CallToolResult): Answer {
  const text = content.map((item) => (item.type === "text" ? item.text : "")).join("\n");
  if (isError) throw new ToolError(text);
  return JSON.parse(text) as Answer;
}
