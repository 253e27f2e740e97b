import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CALLBACK, type Documents, startDocuments } from "../agents/documents.ts";
import { publicApp } from "../agents/scene.ts";
import { ENGINES } from "../support/databases.ts";
import { authorize, Browser } from "../support/flow.ts";
import { atOnce, type Nodes, PATIENCE_MS, startNodes } from "./nodes.ts";

describe.each(ENGINES)(
  "a metadata document at two nodes on $engine",
  { timeout: PATIENCE_MS },
  ({ open }) => {
    let nodes: Nodes;
    let documents: Documents;
    beforeAll(async () => {
      documents = await startDocuments();
      nodes = await startNodes(open, { ALLOW_PRIVATE_TARGETS: "1" });
    });
    afterAll(async () => {
      await nodes.close();
      await documents.close();
    });

    const storedOf = async (id: string) => {
      const { read } = nodes.first.ctx.db;
      const app = await read.selectFrom("apps").selectAll().where("id", "=", id).executeTakeFirst();
      const uris = await read.selectFrom("appRedirectUris").select("uri").where("appId", "=", id).execute();
      const found = await read.selectFrom("appDocuments").selectAll().where("appId", "=", id).execute();
      return { name: app?.name, uris: uris.map((row) => row.uri).sort(), documents: found.length };
    };
    const begin = (id: string, index: number) =>
      authorize(new Browser(nodes.base(index)), publicApp(id, CALLBACK));

    test("is one app, however many first authorizations come at once", async () => {
      for (let round = 0; round < 5; round++) {
        nodes.advance(61);
        const id = documents.publish(`/first-${round}.json`);
        const begun = await atOnce(12, (index) => begin(id, index));
        expect(begun.map(({ response }) => response.status)).toEqual(Array(12).fill(302));
        expect(await storedOf(id)).toEqual({ name: "Agent", uris: [CALLBACK], documents: 1 });
      }
    });

    test("that changes while both fetch it is stored whole: name and redirect URIs of one of them", async () => {
      const versions = ["A", "B"].map((name) => ({
        name,
        redirect_uris: [CALLBACK, `https://${name.toLowerCase()}.example/cb`],
      }));
      let asked = 0;
      const id = documents.answer("/changing.json", (_, response) => {
        const { name, redirect_uris } = versions[asked++ % 2]!;
        // Long enough for the other node to ask too.
        const send = () =>
          response
            .writeHead(200, { "content-type": "application/json", "cache-control": "no-store" })
            .end(JSON.stringify({ client_id: id, client_name: name, redirect_uris }));
        setTimeout(send, 100);
      });
      for (let round = 0; round < 10; round++) {
        nodes.advance(61);
        await atOnce(6, (index) => begin(id, index));
        const { name, uris } = await storedOf(id);
        expect(uris).toEqual(versions.find((version) => version.name === name)?.redirect_uris.toSorted());
      }
      // Nodes that share what they know of the database share the fetch too.
      const isShared = nodes.first.ctx.db === nodes.second.ctx.db;
      expect(asked).toBeGreaterThan(isShared ? 9 : 10);
    });
  },
);
