import { setTimeout } from "node:timers/promises";
import {
  CLIENT_INFO_META_KEY,
  type Client,
  type Implementation,
  InsufficientScopeError,
  isStrictScopeSuperset,
} from "@modelcontextprotocol/client";
import { ProtocolError, ProtocolErrorCode, Server, type ServerContext } from "@modelcontextprotocol/server";
import type { Log } from "./log.ts";
import { EXIT, Problem, SignInNeeded } from "./problem.ts";
import type { Settings } from "./settings.ts";
import type { Session } from "./sign-in/session.ts";
import { BRIDGE, type Upstream } from "./upstream.ts";
import { VERSION } from "./version.ts";
import { explain, isOfProtocol, needOf } from "./words.ts";

/** Agents give up on a call after a minute; shortly before, they are told what it waits for. */
const PATIENCE_MS = 45_000;
/** What a tool may take: the server's own limit is shorter. */
const MOST_CALL_MS = 10 * 60_000;
/** A greeting that takes longer goes without the server's words. */
const MOST_GREETING_MS = 10_000;

/** Calls that began before `at` were made without knowing it. */
interface Told {
  readonly at: number;
  /** Null for a sign-in, whatever it opens. */
  readonly scope: string | null;
}

interface Parts {
  readonly settings: Settings;
  readonly log: Log;
  readonly session: Session | null;
  readonly upstream: Upstream;
}

/** Hands an agent's requests on to the server, and has the person sign in when that is needed. */
export class Relay {
  readonly #parts: Parts;
  readonly #patienceMs: number;
  /** What a model was last told that the next call would ask the person for. */
  #told: Told | null = null;
  /** The person said no, or never answered. */
  #wasRefused = false;
  /** How the last contact with the server failed; null after one that did not. */
  #fault: Problem | null = null;

  constructor(parts: Parts, { patienceMs = PATIENCE_MS } = {}) {
    this.#parts = parts;
    this.#patienceMs = patienceMs;
  }

  /** What to tell whoever started this program when it ends. */
  get exitCode(): number {
    return this.#fault?.exitCode ?? EXIT.fine;
  }

  /** The server of one agent, as the library wants it. What is wrong at the beginning is said in its greeting. */
  async newServer(): Promise<Server> {
    const { client, fault } = await this.#greet();
    const instructions = client?.getInstructions();
    const server = new Server(
      { name: "better-i18n", title: "Parlance", version: VERSION },
      {
        capabilities: { tools: { listChanged: true }, resources: { listChanged: true } },
        ...(instructions !== undefined && { instructions }),
      },
    );
    if (fault) {
      // Where the greeting is another message, the lists say it: a client that meets an error there takes us for an older one.
      server.setRequestHandler("initialize", () => {
        throw new ProtocolError(ProtocolErrorCode.InternalError, fault.message);
      });
    }
    this.#hand(server);
    return server;
  }

  #hand(server: Server): void {
    server.setRequestHandler("tools/list", ({ params }, context) =>
      this.#ask(context, (to) => to.listTools(params, fresh(context))),
    );
    server.setRequestHandler("resources/list", ({ params }, context) =>
      this.#ask(context, (to) => to.listResources(params, fresh(context))),
    );
    server.setRequestHandler("resources/templates/list", ({ params }, context) =>
      this.#ask(context, (to) => to.listResourceTemplates(params, fresh(context))),
    );
    server.setRequestHandler("resources/read", ({ params }, context) =>
      this.#ask(context, (to) => to.readResource({ uri: params.uri }, fresh(context))),
    );
    server.setRequestHandler("tools/call", async ({ params }, context) => {
      const agent = agentOf(server, context);
      try {
        return await this.#call(context, (to) =>
          to.callTool(
            { name: params.name, arguments: params.arguments ?? {}, ...namedTo(to, agent) },
            { signal: context.mcpReq.signal, timeout: MOST_CALL_MS },
          ),
        );
      } catch (error) {
        if (isOfProtocol(error)) throw error;
        // A model reads the result of a tool; an error of the protocol it may never see.
        return { isError: true, content: [{ type: "text", text: this.#failed(error).message }] };
      }
    });
    if (this.#parts.session) {
      this.#parts.session.onSignedIn = () => {
        for (const changed of [server.sendToolListChanged(), server.sendResourceListChanged()]) {
          changed.catch((error: Error) => this.#parts.log.debug(error.message));
        }
      };
    }
  }

  /** A first contact. A sign-in that is needed begins, and nobody waits for it here. */
  async #greet(): Promise<{ client?: Client; fault?: Problem }> {
    const { session, upstream } = this.#parts;
    const connecting = upstream.client();
    const late = new AbortController();
    try {
      const client = await Promise.race([
        connecting,
        setTimeout(MOST_GREETING_MS, null, { signal: late.signal }),
      ]);
      if (client) this.#fault = null;
      return client ? { client } : {};
    } catch (error) {
      if (!(error instanceof SignInNeeded) || !session) return { fault: this.#failed(error) };
      session.signIn().catch((reason: unknown) => {
        this.#hearNo();
        this.#failed(reason);
      });
      return {};
    } finally {
      late.abort();
    }
  }

  /** For what no model reads: the person signs in whenever that is needed, and permissions stay as they are. */
  async #ask<Result>(
    { mcpReq: { signal } }: ServerContext,
    work: (to: Client) => Promise<Result>,
  ): Promise<Result> {
    const { session, upstream } = this.#parts;
    const attempt = async () => this.#heard(await work(await upstream.client()));
    try {
      return await attempt().catch(async (error: unknown) => {
        if (!session || !(error instanceof SignInNeeded)) throw error;
        await this.#patiently(session.signIn(), signal);
        return attempt();
      });
    } catch (error) {
      if (isOfProtocol(error)) throw error;
      throw new ProtocolError(ProtocolErrorCode.InternalError, this.#failed(error).message);
    }
  }

  /** For a model: it is told first, and only a call that it makes knowing that opens a browser. */
  async #call<Result>(
    { mcpReq: { signal } }: ServerContext,
    work: (to: Client) => Promise<Result>,
  ): Promise<Result> {
    const { session, upstream } = this.#parts;
    const begunAt = performance.now();
    const attempt = async () => this.#heard(await work(await upstream.client()));
    try {
      return await attempt();
    } catch (error) {
      if (!session) throw error;
      if (error instanceof SignInNeeded) {
        const isExpected = !error.hasEnded && !this.#wasRefused;
        if (!isExpected && !this.#isTold(begunAt, null)) this.#tell(error.message, null);
        await this.#patiently(session.signIn(), signal);
      } else if (error instanceof InsufficientScopeError) {
        const scope = error.requiredScope ?? "";
        if (!this.#isTold(begunAt, scope)) this.#tell(notGiven(error), scope);
        await this.#patiently(session.signIn(scope ? { scope } : {}), signal);
      } else {
        throw error;
      }
    }
    this.#told = null;
    return attempt().catch((error: unknown) => {
      if (!(error instanceof InsufficientScopeError)) throw error;
      throw new Problem(notGiven(error), EXIT.fine);
    });
  }

  #heard<Result>(result: Result): Result {
    this.#fault = null;
    return result;
  }

  /** What a model knew before a no says nothing about asking once more. */
  #hearNo(): void {
    this.#wasRefused = true;
    this.#told = null;
  }

  #isTold(begunAt: number, scope: string | null): boolean {
    if (!this.#told || this.#told.at > begunAt) return false;
    const { scope: told } = this.#told;
    return scope === null || told === null ? scope === told : !isStrictScopeSuperset(scope, told);
  }

  #tell(words: string, scope: string | null): never {
    this.#told = { at: performance.now(), scope };
    throw new Problem(`${words} Tell the person; calling again opens a page in their browser.`, EXIT.refused);
  }

  /** Waits for the person, but not longer than the agent does; the sign-in goes on without the call. */
  async #patiently(signedIn: Promise<void>, signal: AbortSignal): Promise<void> {
    const { session } = this.#parts;
    // Whoever stops waiting does not leave its failure to nobody.
    signedIn.catch((error: unknown) => this.#parts.log.debug((error as Error).message));
    const ended = new AbortController();
    const tired = setTimeout(this.#patienceMs, true, { signal: AbortSignal.any([signal, ended.signal]) });
    try {
      const isTired = await Promise.race([signedIn.then(() => false), tired.catch(() => true)]);
      this.#wasRefused = false;
      if (!isTired) return;
    } catch (error) {
      this.#hearNo();
      throw error;
    } finally {
      ended.abort();
    }
    const where = session?.page ? ` The page is:\n${session.page.href}` : "";
    throw new Problem(
      `Waiting for the person to sign in, in their browser. Call again when they have.${where}`,
      EXIT.refused,
    );
  }

  /** The failure in words, said on stderr once and kept for the end. */
  #failed(error: unknown): Problem {
    const { log, settings } = this.#parts;
    const problem = explain(error, settings);
    if (problem.message !== this.#fault?.message) log.say(problem.message);
    this.#fault = problem;
    return problem;
  }
}

function notGiven(error: InsufficientScopeError): string {
  return `The person has not given the permission for this. ${needOf(error)}`;
}

/** Lists follow the permissions, which may have changed since the last one. */
function fresh({ mcpReq }: ServerContext) {
  return { signal: mcpReq.signal, cacheMode: "refresh" } as const;
}

/** The agent behind the bridge, so that the server's audit names it and not us alone. */
function namedTo(to: Client, agent: Implementation | undefined): { _meta?: Record<string, unknown> } {
  if (!agent || to.getProtocolEra() !== "modern") return {};
  const name = `${agent.name} ${agent.version} through ${BRIDGE}`;
  return { _meta: { [CLIENT_INFO_META_KEY]: { name, version: VERSION } } };
}

function agentOf(server: Server, { mcpReq }: ServerContext): Implementation | undefined {
  const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
  return (envelope[CLIENT_INFO_META_KEY] as Implementation | undefined) ?? server.getClientVersion();
}
