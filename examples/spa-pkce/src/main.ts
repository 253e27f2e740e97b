import { AuthorizationError, ConnectionRevokedError } from "@parlance/sdk";
import { connect, disconnect, projectNames } from "./connect.ts";

const status = document.querySelector("[role=status]") as HTMLElement;
const list = document.querySelector("ul") as HTMLElement;
const connectButton = document.querySelector("#connect") as HTMLButtonElement;
const disconnectButton = document.querySelector("#disconnect") as HTMLButtonElement;

connectButton.addEventListener("click", () =>
  during("Waiting for Parlance …", async () => {
    const connections = await connect();
    for (const connection of connections) {
      for (const name of await projectNames(connection)) {
        const item = document.createElement("li");
        item.textContent = `${connection.organizationSlug}: ${name}`;
        list.append(item);
      }
    }
    disconnectButton.hidden = false;
    return "Connected.";
  }),
);

disconnectButton.addEventListener("click", () =>
  during("Disconnecting …", async () => {
    await disconnect();
    disconnectButton.hidden = true;
    return "Disconnected.";
  }),
);

/** Does one thing at a time, and says how it went. */
async function during(sentence: string, work: () => Promise<string>): Promise<void> {
  list.replaceChildren();
  status.textContent = sentence;
  connectButton.disabled = true;
  try {
    status.textContent = await work();
  } catch (error) {
    status.textContent = sentenceFor(error);
  } finally {
    connectButton.disabled = false;
  }
}

function sentenceFor(error: unknown): string {
  if (error instanceof AuthorizationError && error.code === "access_denied") {
    return "You did not allow the connection. Nothing was changed.";
  }
  if (error instanceof ConnectionRevokedError) return "The connection was revoked. Connect again.";
  return (error as Error).message;
}
