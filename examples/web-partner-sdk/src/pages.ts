import type { Connection, Output } from "@parlance/sdk";
import { html } from "hono/html";
import type { Problem } from "./problems.ts";

/** Everything in `html` templates is escaped, whoever wrote it: names, texts and errors are other people's words. */
type Html = ReturnType<typeof html>;
type Project = Output<"projects.get">;
export type ProjectSummary = Output<"projects.list">["items"][number];

const NOTICES: Record<string, string> = {
  connected: "Connected.",
  cancelled: "You did not allow the connection. Nothing was changed.",
  revoked: "That connection was revoked. Reconnect to go on.",
  disconnected: "Disconnected. This app can no longer reach that organization.",
  key: "Key created. It goes live when you publish.",
  value: "Text saved. It goes live when you publish.",
};

/** A sentence for the word in `?done=`; unknown words say nothing, so a crafted link cannot put words in our mouth. */
export function noticeFor(done: string | undefined, release?: string): string | undefined {
  if (done === "published" && /^\d{1,9}$/.test(release ?? ""))
    return `Release ${release} is live on the CDN.`;
  return done && Object.hasOwn(NOTICES, done) ? NOTICES[done] : undefined;
}

// #region connections
export function homePage(connections: readonly Connection[], notice?: string): Html {
  const body = html`
    <h1>Connections</h1>
    ${connections.length === 0 && html`<p>Let this app work with your translations in Parlance.</p>`}
    ${connections.map(connectionCard)}
    <form method="post" action="/connect/start"><button>Connect to Parlance</button></form>`;
  return layout("Connections", body, notice);
}

function connectionCard({ id, organizationSlug, revokedAt, scopes }: Connection): Html {
  const state =
    revokedAt === null
      ? html`<p><a href="/connections/${id}">Projects</a>. It may use: ${scopes.join(", ")}</p>`
      : html`<p>Parlance no longer accepts this connection: it was revoked there, or not used for a month.</p>
        <form method="post" action="/connect/start">
          <input type="hidden" name="organization" value="${organizationSlug}">
          <button>Reconnect</button>
        </form>`;
  return html`<article>
    <h2>${organizationSlug}</h2>
    ${state}
    <form method="post" action="/connections/${id}/disconnect"><button>Disconnect</button></form>
  </article>`;
}
// #endregion

export function connectionPage(
  { id, organizationSlug }: Connection,
  projects: readonly ProjectSummary[],
): Html {
  const body = html`
    <h1>${organizationSlug}</h1>
    <ul>${projects.map((project) => html`<li><a href="/connections/${id}/projects/${project.id}">${project.name}</a></li>`)}</ul>
    <p><a href="/">All connections</a></p>`;
  return layout(organizationSlug, body);
}

export function projectPage({ id }: Connection, project: Project, notice?: string): Html {
  const action = `/connections/${id}/projects/${project.id}`;
  const source = project.languages.find((language) => language.isSource);
  const body = html`
    <h1>${project.name}</h1>
    <p>${project.keyCount} keys. <a href="${project.cdn.manifest}">What is published</a></p>

    <h2>Create a key</h2>
    <form method="post" action="${action}/keys">
      <label>Key <input name="name" maxlength="512" required></label>
      <input type="hidden" name="language" value="${source?.code}">
      <label>Text in ${source?.name} <textarea name="text" dir="auto"></textarea></label>
      <button>Create key</button>
    </form>

    <h2>Set a text</h2>
    <form method="post" action="${action}/values">
      <label>Key <input name="name" maxlength="512" required></label>
      <label>Language
        <select name="language">${project.languages.map(({ code, name }) => html`<option value="${code}">${name}</option>`)}</select></label>
      <label>Text <textarea name="text" dir="auto" required></textarea></label>
      <button>Save text</button>
    </form>

    <h2>Publish</h2>
    <form method="post" action="${action}/releases">
      <label>Message, optional <input name="message" maxlength="500"></label>
      <button>Publish</button>
    </form>
    <p><a href="/connections/${id}">Back</a></p>`;
  return layout(project.name, body, notice);
}

export function problemPage(problem: Problem, connection?: Connection, projectId?: string): Html {
  const back = connection && projectId ? `/connections/${connection.id}` : "/";
  const body = html`
    <h1>${problem.title}</h1>
    <div role="alert">
      <p>${problem.sentence}</p>
      ${problem.details?.map((detail) => html`<p>${detail}</p>`)}
    </div>
    ${problem.next && html`<p><a href="${problem.next.href}">${problem.next.label}</a></p>`}
    <p><a href="${back}">Back</a></p>`;
  return layout(problem.title, body);
}

function layout(title: string, body: Html, notice?: string): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${title} · Example partner</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>
    ${notice && html`<p role="status">${notice}</p>`}
    ${body}
  </body>
</html>`;
}
