const MOST_BYTES = 64 * 1024;

/** What this app answers: a page, or where to go next. */
export const redirect = (location) => ({ status: 303, headers: { location }, body: "" });

export function answer(response, { status, headers, body }) {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    // No script, nothing from elsewhere. "Connect" is a form whose answer leads to Parlance, so that may be a target too.
    "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self' ${new URL(process.env.PARLANCE_URL ?? "").origin}`,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    ...headers,
  });
  response.end(body);
}

/** Another site can send a form with the user's cookies; its browser says from where. */
export function isOwnForm(request, appUrl) {
  return request.headers.origin === appUrl;
}

/** The fields of a form; empty for a request without a body. Throws when there is too much. */
export async function formOf(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw Object.assign(new Error("This form is too long."), { status: 413 });
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString("utf8"));
}
