import { html } from "hono/html";
import type { Key, Project, ProjectSummary } from "./api.ts";
import type { Connection } from "./connections.ts";
import type { Problem } from "./problems.ts";

/** Everything in `html` templates is escaped, whoever wrote it: names, texts and errors are other people's words. */
type Html = ReturnType<typeof html>;

const NOTICES: Record<string, string> = {
  connected: "Connected.",
  cancelled: "You did not allow the connection. Nothing was changed.",
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

const invitation = html`<p class="lead">Let this app work with your translations in Parlance. There you choose the
  organizations, the projects and what it may do, and you can take it back at any time.</p>`;

export function homePage(connections: Connection[], notice?: string): Html {
  const body = html`
    <h1>Connections</h1>
    ${connections.length === 0 && invitation}
    ${connections.map(connectionCard)}
    <form method="post" action="/connect/start" class="start">
      <button class="primary">Connect to Parlance</button>
      ${connections.length > 0 && html`<p class="hint">Adds an organization, or changes what a connection may do.</p>`}
    </form>`;
  return layout("Connections", body, notice);
}

function connectionCard(connection: Connection): Html {
  return html`
    <article class="card" aria-labelledby="name-${connection.id}">
      <header>
        <h2 id="name-${connection.id}"><a href="/connections/${connection.id}">${connection.organizationName}</a></h2>
        ${status(connection)}
      </header>
      ${allowed(connection)}
      ${actions(connection)}
    </article>`;
}

/** `projects` is the list, or what is said instead when it cannot be had. */
export function connectionPage(connection: Connection, projects: ProjectSummary[] | Problem): Html {
  const body = html`
    <nav aria-label="Breadcrumb"><a href="/">Connections</a></nav>
    <header>
      <h1>${connection.organizationName}</h1>
      ${status(connection)}
    </header>
    ${allowed(connection)}
    ${actions(connection)}
    ${
      connection.revokedAt === null &&
      html`<section aria-labelledby="projects">
      <h2 id="projects">Projects</h2>
      ${Array.isArray(projects) ? projectList(connection, projects) : explanation(projects, connection)}
    </section>`
    }`;
  return layout(connection.organizationName, body);
}

function projectList(connection: Connection, projects: ProjectSummary[]): Html {
  if (projects.length === 0) return html`<p class="hint">There is no project in this connection yet.</p>`;
  return html`<ul class="rows">
    ${projects.map(
      (project) => html`<li>
      <a href="/connections/${connection.id}/projects/${project.id}">${project.name}</a>
      <span class="hint">${[project.sourceLanguage, ...project.languages].join(", ")}</span>
    </li>`,
    )}
  </ul>`;
}

export function projectPage(connection: Connection, project: Project, keys: Key[], notice?: string): Html {
  const action = `/connections/${connection.id}/projects/${project.id}`;
  const source = project.languages.find((language) => language.isSource);
  const body = html`
    <nav aria-label="Breadcrumb"><a href="/">Connections</a> / <a href="/connections/${connection.id}">${connection.organizationName}</a></nav>
    <h1>${project.name}</h1>
    <datalist id="names">${keys.map((key) => html`<option value="${key.name}"></option>`)}</datalist>

    <section aria-labelledby="published">
      <h2 id="published">Languages</h2>
      <p class="hint">${project.keyCount} keys. Files on the CDN are public and show the latest release. <a href="${project.cdn.manifest}">Manifest</a></p>
      <ul class="rows">${project.languages.map(
        (language) => html`<li>
        <span>${language.name} <span class="hint">${language.code}, ${Math.floor(language.coverage)} %</span></span>
        <a href="${cdnFile(project, language.code)}">CDN file <span class="quiet">for ${language.name}</span></a>
      </li>`,
      )}</ul>
    </section>

    <section aria-labelledby="create">
      <h2 id="create">Create a key</h2>
      ${without(connection, "keys:write")}
      <form method="post" action="${action}/keys" class="fields">
        ${keyFields("new")}
        <input type="hidden" name="language" value="${source?.code}">
        <label class="wide">Text in ${source?.name} <span class="hint">optional</span>
          <textarea name="text" rows="2" lang="${source?.code}" dir="auto"></textarea></label>
        <button>Create key</button>
      </form>
    </section>

    <section aria-labelledby="write">
      <h2 id="write">Set a text</h2>
      ${without(connection, "translations:write")}
      <form method="post" action="${action}/values" class="fields">
        ${keyFields("names")}
        <label>Language
          <select name="language">${project.languages.map((language) => html`<option value="${language.code}">${language.name} (${language.code})</option>`)}</select></label>
        <label class="wide">Text <textarea name="text" rows="2" dir="auto" required></textarea></label>
        <button>Save text</button>
      </form>
    </section>

    <section aria-labelledby="publish">
      <h2 id="publish">Publish</h2>
      ${without(connection, "translations:publish")}
      <form method="post" action="${action}/releases" class="fields">
        <label class="wide">Message <span class="hint">optional</span> <input name="message" maxlength="500"></label>
        <button class="primary">Publish</button>
        <p class="hint">Reaches production: everything saved so far goes live.</p>
      </form>
    </section>`;
  return layout(project.name, body, notice);
}

export function problemPage(problem: Problem, connection?: Connection, projectId?: string): Html {
  const back = connection
    ? { href: `/connections/${connection.id}${projectId ? `/projects/${projectId}` : ""}`, name: "Back" }
    : { href: "/", name: "Start page" };
  const body = html`
    <h1>${problem.title}</h1>
    ${explanation(problem, connection)}
    <p><a href="${back.href}">${back.name}</a></p>`;
  return layout(problem.title, body);
}

function explanation(problem: Problem, connection: Connection | undefined): Html {
  return html`<div class="problem" role="alert">
    <p>${problem.sentence}</p>
    ${problem.details?.map((detail) => html`<p class="hint">${detail}</p>`)}
    ${problem.reconnect && connection && reconnectForm(connection)}
  </div>`;
}

function status({ revokedAt }: Connection): Html {
  return revokedAt === null
    ? html`<span class="status live">● Connected</span>`
    : html`<span class="status ended">○ Revoked</span>`;
}

function allowed({ scopes, projectIds, revokedAt }: Connection): Html {
  if (revokedAt !== null)
    return html`<p>Parlance no longer accepts this connection: it was revoked there, or not used for a month. Reconnect to go on, or remove it here.</p>`;
  const count = projectIds.length;
  return html`<dl>
    <dt>Projects</dt>
    <dd>${count === 0 ? "All projects, present and future" : `${count} chosen project${count === 1 ? "" : "s"}`}</dd>
    <dt>May use</dt>
    <dd><ul class="scopes" aria-label="Granted scopes">${scopes.map((scope) => html`<li>${scope}</li>`)}</ul></dd>
  </dl>`;
}

function actions(connection: Connection): Html {
  const revoked = connection.revokedAt !== null;
  return html`<div class="actions">
    ${revoked && reconnectForm(connection)}
    <form method="post" action="/connections/${connection.id}/disconnect">
      <button class="danger">${revoked ? "Remove" : "Disconnect"}</button>
    </form>
  </div>`;
}

function reconnectForm({ organizationId }: Connection): Html {
  return html`<form method="post" action="/connect/start">
    <input type="hidden" name="organization" value="${organizationId}">
    <button class="primary">Reconnect</button>
  </form>`;
}

/** Only a hint: the button stays, because the user may have allowed more in Parlance since we last heard. */
function without({ scopes }: Connection, scope: string): Html | false {
  return !scopes.includes(scope) && html`<p class="hint">Not allowed when we last asked: ${scope}</p>`;
}

function keyFields(suggestions: string): Html {
  return html`
    <label>Key <input name="name" list="${suggestions}" maxlength="512" required autocomplete="off" spellcheck="false"></label>
    <label>Namespace <input name="namespace" value="default" maxlength="128" required autocomplete="off" spellcheck="false"></label>`;
}

/** Language codes are lower-case on the CDN. */
function cdnFile({ cdn }: Project, code: string): string {
  return cdn.pattern.replace("{locale}", code.toLowerCase());
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
    <header class="bar"><a href="/">Example partner</a></header>
    <main>
      ${notice && html`<p class="notice" role="status">${notice}</p>`}
      ${body}
    </main>
  </body>
</html>`;
}
