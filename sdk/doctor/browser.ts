/** One answer of the app. */
export interface Visit {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const TIMEOUT_MS = 30_000;
const MOST_REDIRECTS = 10;
const MOST_BYTES = 1_000_000;

/** No answer at all, which no check can judge. */
export class NoAnswerError extends Error {}

/** The browser of one user: cookies of the app, and redirects within it. Runs no scripts. */
export class Browser {
  readonly #origin: string;
  readonly #cookies = new Map<string, string>();
  readonly #transcript: Visit[];

  /** `cookie` as a header says it: of a user who is signed in. What is answered is added to the transcript. */
  constructor(origin: string, transcript: Visit[], cookie = "") {
    this.#origin = origin;
    this.#transcript = transcript;
    for (const pair of cookie.split(";")) this.#take(pair);
  }

  /** Follows redirects as long as they stay in the app; `left` is where the last one leads, when that is elsewhere. */
  async open(method: string, address: string): Promise<{ visit: Visit; left: string | undefined }> {
    let visit = await this.#request(method, address);
    for (let count = 0; count < MOST_REDIRECTS; count++) {
      const to = redirectOf(visit);
      if (to === undefined) return { visit, left: undefined };
      if (new URL(to).origin !== this.#origin) return { visit, left: to };
      visit = await this.#request(visit.status === 307 || visit.status === 308 ? visit.method : "GET", to);
    }
    throw new NoAnswerError(`${address} redirects without end.`);
  }

  async #request(method: string, url: string): Promise<Visit> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const isForm = method !== "GET";
    const response = await fetch(url, {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: "text/html,application/xhtml+xml,*/*;q=0.8",
        ...(cookie && { cookie }),
        ...(isForm && { origin: this.#origin, "content-type": "application/x-www-form-urlencoded" }),
      },
      ...(isForm && { body: "" }),
    }).catch((cause: unknown) => {
      throw new NoAnswerError(`The app does not answer at ${url.split("?")[0]}.`, { cause });
    });
    const body = await beginningOf(response, url);
    for (const set of response.headers.getSetCookie()) this.#take(set.split(";")[0] ?? "", set);
    const visit = { method, url, status: response.status, headers: response.headers, body };
    this.#transcript.push(visit);
    return visit;
  }

  #take(pair: string, attributes = ""): void {
    const [name = "", ...value] = pair.trim().split("=");
    if (!name) return;
    if (/;\s*max-age=(0|-\d+)\s*(;|$)/i.test(attributes)) this.#cookies.delete(name);
    else this.#cookies.set(name, value.join("="));
  }
}

/** A page as far as it is looked at: one without end must not hold the doctor up, nor fill its memory. */
async function beginningOf(response: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_BYTES) break;
    }
  } catch (cause) {
    throw new NoAnswerError(`The app does not end its answer at ${url.split("?")[0]}.`, { cause });
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Where an answer leads by itself, in full; undefined for a page. */
export function redirectOf({ status, headers, url }: Visit): string | undefined {
  const location = headers.get("location");
  if (!location || status < 301 || status > 308 || status === 304) return undefined;
  return URL.canParse(location, url) ? new URL(location, url).href : undefined;
}

/** The addresses that a page links to or sends forms to, in full. */
export function targetsOf({ body, url }: Visit): string[] {
  const written = [...body.matchAll(/\b(?:href|action)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi)];
  return written.flatMap(([, double, single, bare]) => {
    const address = (double ?? single ?? bare ?? "").replaceAll("&amp;", "&");
    return URL.canParse(address, url) ? [new URL(address, url).href] : [];
  });
}
