/** A request as an app sends it: nothing of the session travels with it. */
export interface AppRequest {
  readonly method: string;
  /** From the origin on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** What must not be read over a shoulder, by the name of the variable that holds it in a shell. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** What was sent and what came back; `status` 0 where nothing did. */
export interface Exchange {
  readonly request: AppRequest;
  readonly status: number;
  /** Those that an app has to look at. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly milliseconds: number;
}

/** Headers of an answer that an app has to look at. */
const TOLD = ["retry-after", "www-authenticate", "ratelimit-remaining"];

/** Sends it without the cookies of whoever looks on. Never throws: what fails is an answer too. */
export async function exchangeOf(request: AppRequest): Promise<Exchange> {
  const begun = performance.now();
  const ended = () => Math.round(performance.now() - begun);
  try {
    const { method, path, headers, body = null } = request;
    const answer = await fetch(path, { method, headers, body, credentials: "omit", cache: "no-store" });
    const text = await answer.text();
    const told = [...answer.headers].filter(([name]) => TOLD.includes(name));
    return { request, status: answer.status, body: indented(text), headers: told, milliseconds: ended() };
  } catch {
    return { request, status: 0, body: "", headers: [], milliseconds: ended() };
  }
}

/** The JSON of an answer; undefined where it is none. */
export function jsonOf({ body }: Pick<Exchange, "body">): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function indented(text: string): string {
  const value = jsonOf({ body: text });
  return value === undefined ? text : JSON.stringify(value, null, 2);
}

/** A command that sends the same. Secrets stand in it as variables of the shell. */
export function toCurl(origin: string, { method, path, headers, body, secrets = {} }: AppRequest): string {
  const withVariables = (text: string) => {
    let quoted = `'${text.replaceAll("'", "'\\''")}'`;
    for (const [variable, secret] of Object.entries(secrets)) {
      if (secret !== "") quoted = quoted.replaceAll(secret, `'"$${variable}"'`);
    }
    return quoted;
  };
  const isPlain = method === "GET" || (method === "POST" && body !== undefined);
  const lines = [`curl -i ${isPlain ? "" : `-X ${method} `}'${origin}${path}'`];
  for (const [name, value] of Object.entries(headers)) lines.push(`-H ${withVariables(`${name}: ${value}`)}`);
  if (body !== undefined) {
    const isForm = headers["content-type"] === "application/x-www-form-urlencoded";
    const fields = isForm ? body.split("&") : [body];
    for (const field of fields) lines.push(`--data-raw ${withVariables(field)}`);
  }
  return lines.join(" \\\n  ");
}
