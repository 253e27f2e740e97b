import type { Mail } from "../../src/platform/mail.ts";

/** A browser as far as the server can see: it stores cookies, sends `Origin`, and follows nothing by itself. */
export interface Visitor {
  readonly baseUrl: string;
  get(path: string): Promise<Response>;
  post(path: string, body: unknown): Promise<Response>;
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** What the next request sends. */
  cookie(): string;
}

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** `baseUrl` is the PUBLIC_URL of a running server. */
export function visit(baseUrl: string): Visitor {
  const jar = new Map<string, string>();
  const cookie = () => Array.from(jar, ([name, value]) => `${name}=${value}`).join("; ");
  const send = async (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    headers.set("origin", baseUrl);
    if (jar.size > 0) headers.set("cookie", cookie());
    const response = await fetch(new URL(path, baseUrl), { redirect: "manual", ...init, headers });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    return response;
  };
  return {
    baseUrl,
    cookie,
    fetch: send,
    get: (path) => send(path),
    post: (path, body) =>
      send(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
  };
}

/** Signs up, opens the mailed link and is signed in by it. `mails` gives what was sent so far. */
export async function signUp(visitor: Visitor, person: Person, mails: () => readonly Mail[]): Promise<void> {
  await expectOk(visitor.post("/api/auth/sign-up/email", person));
  const link = await mailedLink(person.email, mails);
  const response = await visitor.get(link.pathname + link.search);
  if (response.status !== 302) throw new Error(`the verification link answered ${response.status}`);
}

export async function signIn(visitor: Visitor, { email, password }: Omit<Person, "name">): Promise<void> {
  await expectOk(visitor.post("/api/auth/sign-in/email", { email, password }));
}

/** The link in the newest mail to an address; waits a moment, because mails leave after the answer. */
export async function mailedLink(to: string, mails: () => readonly Mail[]): Promise<URL> {
  for (let left = 50; left > 0; left--) {
    const mail = mails().findLast((sent) => sent.to === to.toLowerCase());
    const link = mail?.text.match(/^https?:\S+$/m)?.[0];
    if (link) return new URL(link);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no mail to ${to}`);
}

async function expectOk(answer: Promise<Response>): Promise<void> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = "", ...attributes] = line.split(/; */);
  const [name = "", value = ""] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
  const over = attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute));
  if (over) jar.delete(name);
  else jar.set(name, value);
}
