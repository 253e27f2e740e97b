import { withoutUnseen } from "@parlance/contract/names";
import { html, raw } from "hono/html";
import type { BuiltFiles } from "./built-files.ts";
import { CONNECT_PAGE_HEADERS, PAGE_HEADERS } from "./security-headers.ts";

interface Message {
  title: string;
  text: string;
  /** One next step. */
  action?: { label: string; href: string };
  requestId?: string;
  /** Shown to somebody whom an app sent here, perhaps in a pop-up. */
  connecting?: boolean;
}

/** A page with one message and at most one next step, which works without script. Every text is escaped. */
export async function messagePage(files: BuiltFiles, status: number, message: Message): Promise<Response> {
  const sheets = files.styleSheets().map((href) => html`<link rel="stylesheet" href="${href}" />`);
  const body = await html`<!doctype html>
<html lang="en" dir="ltr">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${plain(message.title)} · Parlance</title>
    ${sheets}
  </head>
  <body class="message-page">
    <main class="message-card">
      <h1>${plain(message.title)}</h1>
      <p dir="auto">${plain(message.text)}</p>
      ${message.action ? html`<a class="message-action" href="${message.action.href}">${message.action.label}</a>` : raw("")}
      ${message.requestId ? html`<p class="message-id">Request ${message.requestId}</p>` : raw("")}
    </main>
  </body>
</html>`;
  return new Response(String(body), {
    status,
    headers: {
      ...(message.connecting ? CONNECT_PAGE_HEADERS : PAGE_HEADERS),
      "Content-Type": "text/html; charset=utf-8",
    },
  });
}

/** An app's name must not be able to turn the words around it (UAX #9), nor hold what nobody sees. */
function plain(text: string): string {
  return withoutUnseen(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
}
