import { MissingScopeError } from "@parlance/sdk";

/** Other people's words: names, texts, and what an error says. */
function escaped(text) {
  return String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

export function page(title, cards, status = 200) {
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escaped(title)} · My app</title>
    <style>
      body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }
      article { border: 1px solid #8888; border-radius: 0.5rem; padding: 0 1rem 1rem; margin: 1rem 0; }
      form { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.5rem 0; }
      button, input { font: inherit; padding: 0.25rem 0.75rem; }
    </style>
  </head>
  <body>
    <main>
      <h1>${escaped(title)}</h1>
      ${cards.join("")}
      ${connectForm("Connect to Parlance")}
    </main>
  </body>
</html>`;
  return { status, headers: {}, body };
}

/** One organization: its projects, or why they cannot be shown and what to do. */
export function connectionCard({ id, organizationId, organizationSlug }, { projects, error, revoked }) {
  const name = `<h2>${escaped(organizationSlug)}</h2>`;
  const remove = `<form method="post" action="/disconnect"><input type="hidden" name="connection" value="${escaped(id)}"><button>Disconnect</button></form>`;
  if (revoked) {
    return `<article>${name}<p>This connection has ended.</p>${connectForm("Reconnect", organizationId)}${remove}</article>`;
  }
  if (error instanceof MissingScopeError) {
    return `<article>${name}<p>This needs the permission ${escaped(error.scope)}.</p>${connectForm("Allow it", organizationId)}${remove}</article>`;
  }
  if (error) return `<article>${name}<p role="alert">${escaped(error.message)}</p>${remove}</article>`;
  return `<article>${name}${projects.map((project) => projectPart(id, project)).join("")}${remove}</article>`;
}

function projectPart(connectionId, { id, name, sourceLanguage }) {
  return `<h3>${escaped(name)}</h3>
    <form method="post" action="/keys">
      <input type="hidden" name="connection" value="${escaped(connectionId)}">
      <input type="hidden" name="project" value="${escaped(id)}">
      <input type="hidden" name="language" value="${escaped(sourceLanguage)}">
      <input name="name" aria-label="Key" placeholder="Key" required maxlength="512">
      <input name="text" aria-label="Text" placeholder="Text in ${escaped(sourceLanguage)}" required>
      <button>Write</button>
    </form>`;
}

export function problemPage(status, sentence) {
  return page(
    "That did not work",
    [`<p role="alert">${escaped(sentence)}</p><p><a href="/">Back</a></p>`],
    status,
  );
}

function connectForm(words, organization = "") {
  return `<form method="post" action="/connect"><input type="hidden" name="organization" value="${escaped(organization)}"><button>${words}</button></form>`;
}
