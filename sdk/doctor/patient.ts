import { randomBytes } from "node:crypto";
import { Browser, targetsOf, type Visit } from "./browser.ts";
import type { Options } from "./options.ts";
import type { AuthorizeRequest, Grant } from "./server/grants.ts";
import type { Deed, DoctorServer, Trouble } from "./server/server.ts";

/** A check cannot be made, because what comes before it does not work; the sentence says what. */
export class CannotTell extends Error {}

/** A user who is connected: their grant, and the page of theirs that calls the API. */
export interface Connected {
  readonly browser: Browser;
  readonly grant: Grant;
  readonly page: string;
}

/** What a callback did. */
export interface Returned {
  readonly visit: Visit;
  /** Whether the code that it brought was sent to the token endpoint. */
  readonly redeemed: boolean;
  readonly exchange: Deed | undefined;
}

/** The app under examination, as a user and the server see it. */
export class Patient {
  readonly server: DoctorServer;
  readonly options: Options;
  /** Every answer that any browser got. */
  readonly transcript: Visit[] = [];

  constructor(server: DoctorServer, options: Options) {
    this.server = server;
    this.options = options;
  }

  get origin(): string {
    return new URL(this.options.connect.url).origin;
  }

  /** The user of `--cookie`; without one, somebody new each time. */
  user(): Browser {
    return new Browser(this.origin, this.transcript, this.options.cookie);
  }

  /** Somebody who is nobody to the app yet. */
  stranger(): Browser {
    return new Browser(this.origin, this.transcript);
  }

  /** Presses "Connect". Throws `CannotTell` unless that leads to the authorization endpoint. */
  async begin(browser: Browser): Promise<AuthorizeRequest> {
    const { method, url } = this.options.connect;
    const { visit, left } = await browser.open(method, url);
    if (!left?.startsWith(`${this.server.authorizeUrl}?`)) {
      const where = left ? `leads to ${new URL(left).origin}` : `answers ${visit.status}`;
      throw new CannotTell(
        `${method} ${url} ${where}, and not with a redirect to ${this.server.authorizeUrl}. Is PARLANCE_URL set?`,
      );
    }
    const query = new URL(left).searchParams;
    return {
      redirectUri: query.get("redirect_uri"),
      state: query.get("state"),
      challenge: query.get("code_challenge"),
      challengeMethod: query.get("code_challenge_method"),
      query,
    };
  }

  /** Comes back with a good code; `change` replaces parameters, and null leaves one out. */
  async comeBack(
    browser: Browser,
    request: AuthorizeRequest,
    change: Readonly<Record<string, string | null>> = {},
  ): Promise<Returned> {
    const code = this.server.grants.issueCode(request);
    const url = this.callbackOf(request);
    const query = { code, state: request.state, iss: this.server.base, ...change };
    for (const [name, value] of Object.entries(query)) if (value !== null) url.searchParams.set(name, value);
    const from = this.server.deeds.length;
    const { visit } = await browser.open("GET", url.href);
    const exchange = this.server.deeds
      .slice(from)
      .find((deed) => deed.kind === "exchange" && deed.presented === code);
    return { visit, redeemed: exchange !== undefined, exchange };
  }

  /** A user who has connected. Throws `CannotTell` when that does not work. */
  async connect(browser = this.user()): Promise<Connected> {
    const { visit, exchange } = await this.comeBack(browser, await this.begin(browser));
    const grant = exchange?.grant === undefined ? undefined : this.server.grants.byId(exchange.grant);
    if (!grant) {
      const why = exchange?.fault ?? `the callback answered ${visit.status}, and the code was not redeemed`;
      throw new CannotTell(`A user cannot connect: ${why}.`);
    }
    return { browser, grant, page: this.#pageOf(visit) };
  }

  /** Opens the page that calls the API, and tells what the app did for it. */
  async look({ browser, grant, page }: Connected): Promise<{ visit: Visit; deeds: Deed[]; served: boolean }> {
    const from = this.server.deeds.length;
    const { visit } = await browser.open("GET", page);
    const deeds = this.server.deeds.slice(from).filter((deed) => deed.grant === grant.id);
    const answered = deeds.some(({ kind, status, lost }) => kind === "resource" && status < 300 && !lost);
    return { visit, deeds, served: answered && visit.status < 400 };
  }

  /** The same, of an app that is well until here. Throws `CannotTell` when the page calls nothing. */
  async connectAndLook(): Promise<Connected> {
    const connected = await this.connect();
    const { served, visit } = await this.look(connected);
    if (!served) {
      throw new CannotTell(
        `GET ${connected.page} answers ${visit.status} and calls nothing with a good token. Name a page that does with --call.`,
      );
    }
    return connected;
  }

  /** The same while the server does something of its own to this grant. */
  async lookWith(connected: Connected, trouble: Trouble): ReturnType<Patient["look"]> {
    this.server.trouble = (kind, grant, presented) =>
      grant.id === connected.grant.id ? trouble(kind, grant, presented) : undefined;
    try {
      return await this.look(connected);
    } finally {
      this.server.trouble = undefined;
    }
  }

  callbackOf({ redirectUri }: AuthorizeRequest): URL {
    const address = redirectUri ?? this.options.callback;
    if (!address || !URL.canParse(address) || new URL(address).origin !== this.origin) {
      throw new CannotTell(
        `The redirect URI ${address ?? "(none)"} is not an address of the app at ${this.origin}.`,
      );
    }
    return new URL(address);
  }

  #pageOf(landing: Visit): string {
    const { call } = this.options;
    if (call === undefined) return landing.url;
    if (!call.includes("*")) return call;
    const pattern = new RegExp(`^${call.split("*").map(escaped).join("[^/?#]+")}$`);
    const found = targetsOf(landing).find((target) => pattern.test(target));
    if (!found)
      throw new CannotTell(`The page after the callback, ${landing.url}, has no link like ${call}.`);
    return found;
  }
}

/** A value that nobody made. */
export function foreignText(): string {
  return randomBytes(32).toString("base64url");
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
