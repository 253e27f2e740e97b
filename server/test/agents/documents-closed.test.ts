import { describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { authorize } from "../support/flow.ts";
import { CALLBACK, startDocuments } from "./documents.ts";
import { publicApp, startScene } from "./scene.ts";

describe.each(["token", "off"])("under REGISTRATION=%s", (registration) => {
  test("[cimd/closed] documents are not taken, and that is said", async () => {
    const documents = await startDocuments();
    const scene = await startScene(ENGINES[0].open, {
      ALLOW_PRIVATE_TARGETS: "1",
      REGISTRATION: registration,
      REGISTRATION_TOKEN: "a token of the operator",
    });
    const { response } = await authorize(
      scene.owner.browser,
      publicApp(documents.publish("/client.json"), CALLBACK),
    );
    expect([response.status, await response.text()]).toEqual([
      400,
      expect.stringContaining("only apps that were registered here"),
    ]);
    expect(documents.asked).toEqual([]);
    const metadata = await fetch(`${scene.base}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({ client_id_metadata_document_supported: false });
    await scene.close();
    await documents.close();
  });
});
