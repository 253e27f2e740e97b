import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, grantView, me, refusal, resourceAnswer, SCOPES } from "./answers.ts";
import { type Asked, read } from "./asked.ts";
import { type Grant, Grants, isStale, proves } from "./grants.ts";

/** What the app did, in order: the doctor judges by this alone. */
export interface Deed {
  readonly kind: "exchange" | "refresh" | "mint" | "resource" | "other";
  /** Method and path, without the query. */
  readonly request: string;
  readonly grant: string | undefined;
  /** The code or token that was presented. */
  readonly presented: string;
  readonly status: number;
  readonly lost: boolean;
  /** What was wrong with it, in words for the report. */
  readonly fault: string | undefined;
}

type Kind = Deed["kind"];
/** Answers in place of the server; undefined lets it answer. */
export type Trouble = (kind: Kind, grant: Grant, presented: string) => Answer | undefined;

type Judged = Omit<Deed, "request" | "status" | "lost" | "fault"> & { answer: Answer; fault?: string };

const API = "/api/oauth-client";

/** An authorization server with one user who allows everything, and the API behind it. Listens on this computer only. */
export class DoctorServer {
  readonly grants = new Grants();
  readonly deeds: Deed[] = [];
  /** Addresses that the app asked for, with their queries. */
  readonly addresses: string[] = [];
  trouble: Trouble | undefined;
  readonly #http = createServer((request, response) => void this.#serve(request, response));
  base = "";

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen(port, "127.0.0.1", resolve);
    });
    this.base = `http://localhost:${(this.#http.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  get authorizeUrl(): string {
    return `${this.base}/api/auth/mcp/authorize`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.addresses.push(request.url ?? "");
    const asked = await read(request).catch(() => undefined);
    // What cannot be read gets no answer, and is no deed.
    if (!asked) return void response.destroy();
    const { answer, fault, ...judged } = this.#judge(asked);
    const { status, lost = false } = answer;
    this.deeds.push({ ...judged, request: `${asked.method} ${asked.path}`, status, lost, fault });
    if (lost) return void response.destroy();
    const headers = { "content-type": "application/json", "cache-control": "no-store", ...answer.headers };
    response.writeHead(status, headers).end(status === 204 ? undefined : JSON.stringify(answer.body));
  }

  #judge(asked: Asked): Judged {
    const { path, method } = asked;
    if (path === "/api/auth/mcp/token") return this.#token(asked);
    const minting = new RegExp(`^${API}/installations/([^/]+)(/tokens)?$`).exec(path);
    if (minting) return this.#mint(asked, this.grants.byId(minting[1] ?? ""));
    if (path.startsWith(`${API}/`)) return this.#resource(asked, path.slice(API.length));
    const isMetadata = method === "GET" && path === "/.well-known/oauth-authorization-server";
    const answer = isMetadata ? { status: 200, body: this.#metadata() } : refusal(404, "not_found");
    return { kind: "other", grant: undefined, presented: "", answer };
  }

  #token({ form }: Asked): Judged {
    this.grants.remember("the client secret", form.get("client_secret") ?? "");
    if (form.get("grant_type") === "authorization_code") return this.#exchange(form);
    const presented = form.get("refresh_token") ?? "";
    const grant = this.grants.byRefreshToken(presented);
    const deed = { kind: "refresh" as const, grant: grant?.id, presented };
    if (!grant) return { ...deed, answer: refusal(400, "invalid_grant") };
    const trouble = this.trouble?.("refresh", grant, presented);
    if (trouble && !trouble.lost) return { ...deed, answer: trouble };
    if (grant.revoked) return { ...deed, answer: refusal(400, "invalid_grant") };
    const fault = isStale(grant, presented) ? "a refresh token that had been replaced was sent" : undefined;
    const { link, accessToken } = this.grants.rotate(grant);
    link.delivered = trouble === undefined;
    const answer = trouble ?? { status: 200, body: tokenBody(grant, link.token, accessToken) };
    return { ...deed, answer, ...(fault && { fault }) };
  }

  #exchange(form: URLSearchParams): Judged {
    const presented = form.get("code") ?? "";
    const request = this.grants.redeem(presented);
    const verifier = form.get("code_verifier") ?? "";
    // A challenge that is the verifier itself is its own fault, and no leak besides.
    if (request?.challenge !== verifier) this.grants.remember("a code verifier", verifier);
    const fault = !request
      ? "the code was redeemed twice"
      : !proves(request, verifier)
        ? "the code verifier is not the one of the challenge"
        : request.redirectUri !== null && request.redirectUri !== form.get("redirect_uri")
          ? "the redirect URI of the exchange is not the one that was authorized"
          : undefined;
    const deed = { kind: "exchange" as const, grant: undefined, presented, ...(fault && { fault }) };
    if (fault) return { ...deed, answer: refusal(400, "invalid_grant") };
    const grant = this.grants.create();
    const refreshToken = grant.chain.at(-1)?.token ?? "";
    const accessToken = this.grants.accessToken(grant);
    return {
      ...deed,
      grant: grant.id,
      answer: { status: 200, body: tokenBody(grant, refreshToken, accessToken) },
    };
  }

  #mint({ method, path, bearer }: Asked, grant: Grant | undefined): Judged {
    const kind = path.endsWith("/tokens") ? "mint" : "other";
    const deed = { kind, grant: grant?.id, presented: bearer } as const;
    if (!grant) return { ...deed, answer: refusal(404, "grant_not_found") };
    if (!grant.accessTokens.has(bearer)) return { ...deed, answer: refusal(401, "invalid_token") };
    if (grant.revoked) return { ...deed, answer: refusal(410, "grant_revoked") };
    const trouble = this.trouble?.(kind, grant, bearer);
    if (trouble) return { ...deed, answer: trouble };
    if (method === "DELETE") {
      grant.revoked = true;
      return { ...deed, answer: { status: 204 } };
    }
    const body = {
      installation_token: this.grants.installationToken(grant),
      ...{ token_type: "Bearer", expires_in: 3600, scopes: SCOPES, project_ids: [] },
    };
    return { ...deed, answer: { status: 201, body } };
  }

  #resource({ method, bearer }: Asked, path: string): Judged {
    const known = this.#holder(bearer);
    const deed = { kind: "resource" as const, grant: known?.grant.id, presented: bearer };
    if (!known) return { ...deed, answer: refusal(401, "invalid_token") };
    const { grant, mints } = known;
    if (grant.revoked) return { ...deed, answer: refusal(410, "grant_revoked") };
    // The access token may ask who it is, and nothing else: no call of a page.
    if (mints && path === "/me") return { ...deed, kind: "other", answer: { status: 200, body: me(grant) } };
    if (mints) {
      return {
        ...deed,
        fault: "an access token was sent where an installation token belongs",
        answer: refusal(401, "invalid_token"),
      };
    }
    return {
      ...deed,
      answer: this.trouble?.("resource", grant, bearer) ?? resourceAnswer(method, path, grant, this.base),
    };
  }

  #holder(bearer: string): { grant: Grant; mints: boolean } | undefined {
    const grant = this.grants.byInstallationToken(bearer);
    if (grant) return { grant, mints: false };
    const minter = this.grants.byAccessToken(bearer);
    return minter && { grant: minter, mints: true };
  }

  #metadata() {
    return {
      issuer: this.base,
      authorization_endpoint: this.authorizeUrl,
      token_endpoint: `${this.base}/api/auth/mcp/token`,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
      authorization_response_iss_parameter_supported: true,
    };
  }
}

function tokenBody(grant: Grant, refreshToken: string, accessToken: string) {
  return {
    access_token: accessToken,
    ...{ token_type: "Bearer", expires_in: 1800, refresh_token: refreshToken, grant_id: grant.id },
    ...{ scope: SCOPES.join(" "), grants: [{ ...grantView(grant), refresh_token: refreshToken }] },
  };
}
