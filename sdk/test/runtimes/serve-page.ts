// A whole server, and a partner whose app is a page: prints where the page is, what its day needs, and what has to come of it.
import { openTestSqlite } from "../../../server/test/support/databases.ts";
import { authorized, type Partner, startPartner } from "../real-server.ts";
import { bundled } from "./bundle.ts";
import { startHelper } from "./helper.ts";
import { type Day, EXPECTED, SCOPES } from "./partner-day.ts";

let partner: Partner | undefined;
const server = () => {
  if (!partner) throw new Error("The server is not there yet.");
  return partner.scene;
};
const { url } = await startHelper({
  consent: (address) => authorized(server().people.owner.browser, address),
  async advance(milliseconds) {
    const { clock } = server().server.ctx;
    clock.advance(milliseconds);
    return clock.now();
  },
});
partner = await startPartner(openTestSqlite, { type: "spa", redirectUris: [`${url}/callback`] });
const day: Day = {
  settings: { ...partner.settings, scopes: SCOPES },
  ...{ projectId: partner.scene.project.id, helper: url },
};
console.log(JSON.stringify({ url, day, expected: EXPECTED, program: await bundled("in-a-page") }));
