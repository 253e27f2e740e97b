import { createServer } from "node:http";
import { ConnectionRevokedError, createParlance, ParlanceError, UnreachableError } from "@parlance/sdk";
import { kvStore } from "@parlance/sdk/stores";
import { answer, formOf, isOwnForm, redirect } from "./http.js";
import { connectionCard, page, problemPage } from "./pages.js";
import { userOf } from "./session.js";
import { fileKv } from "./store.js";

const { PARLANCE_URL, PARLANCE_CLIENT_ID, PARLANCE_CLIENT_SECRET, PORT = "4000", DATA_FILE } = process.env;
const APP_URL = `http://localhost:${PORT}`;

// #region parlance
const parlance = createParlance({
  url: PARLANCE_URL,
  clientId: PARLANCE_CLIENT_ID,
  clientSecret: PARLANCE_CLIENT_SECRET || undefined,
  redirectUri: `${APP_URL}/connect/callback`,
  scopes: ["org:read", "projects:read", "keys:read", "keys:write", "translations:read", "translations:write"],
  store: kvStore(fileKv(DATA_FILE ?? "data/connections.json")),
});
// #endregion

const routes = {
  // #region connect
  /** Sends the user to Parlance; `organization` is who to reconnect. */
  "POST /connect": async ({ userId, form }) =>
    redirect(await parlance.authorizeUrl({ userId, organization: form.get("organization") || undefined })),

  /** Receives them again: the SDK checks state and issuer, exchanges the code, and stores a connection per organization. */
  "GET /connect/callback": async ({ userId, url }) => {
    await parlance.callback({ userId, url });
    return redirect("/");
  },
  // #endregion

  // #region home
  /** What the user has connected, with the projects of each. */
  "GET /": async ({ userId }) => {
    const connections = await parlance.connections(userId);
    return page("Connections", await Promise.all(connections.map(shown)));
  },
  // #endregion

  // #region write
  "POST /keys": async ({ userId, form }) => {
    const { id } = await own(userId, form);
    const key = {
      name: form.get("name") ?? "",
      values: { [form.get("language") ?? ""]: form.get("text") ?? "" },
    };
    await parlance.client(id).keys.create({ projectId: form.get("project") ?? "", keys: [key] });
    return redirect("/");
  },
  // #endregion

  "POST /disconnect": async ({ userId, form }) => {
    await parlance.disconnect((await own(userId, form)).id);
    return redirect("/");
  },
};

// #region shown
/** A connection with its projects, or with what there is to say instead. */
async function shown(connection) {
  if (connection.revokedAt !== null) return connectionCard(connection, { revoked: true });
  try {
    const projects = [];
    const { organizationId } = connection;
    for await (const project of parlance.client(connection.id).projects.list.each({ organizationId })) {
      projects.push(project);
    }
    return connectionCard(connection, { projects });
  } catch (error) {
    if (error instanceof ConnectionRevokedError) return connectionCard(connection, { revoked: true });
    return connectionCard(connection, { error });
  }
}
// #endregion

/** The connection that a form names, if it is this user's. */
async function own(userId, form) {
  const connections = await parlance.connections(userId);
  const found = connections.find(({ id }) => id === form.get("connection"));
  if (!found) throw new ConnectionRevokedError(form.get("connection") ?? "");
  return found;
}

/** The SDK's errors say what to do; the words of others may be about our insides. */
function problem(error) {
  if (error instanceof ParlanceError)
    return problemPage(error.status ?? (error instanceof UnreachableError ? 502 : 400), error.message);
  if (error.status) return problemPage(error.status, error.message);
  console.error(error);
  return problemPage(500, "Something went wrong; this app's output says what.");
}

const server = createServer(async (request, response) => {
  try {
    const url = new URL(request.url ?? "/", APP_URL);
    const route = routes[`${request.method} ${url.pathname}`];
    if (!route) return answer(response, problemPage(404, "This page does not exist."));
    if (request.method === "POST" && !isOwnForm(request, APP_URL)) {
      return answer(response, problemPage(403, "This form was not sent from this app."));
    }
    const userId = userOf(request, response);
    answer(response, await route({ userId, url, form: await formOf(request) }));
  } catch (error) {
    answer(response, problem(error));
  }
});
server.on("error", (error) => {
  console.error(`Cannot listen on port ${PORT}: ${error.message}`);
  process.exit(1);
});
server.listen(Number(PORT), "localhost", () => console.log(`Open ${APP_URL} and press Connect.`));
