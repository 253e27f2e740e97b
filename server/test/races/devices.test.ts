import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { beginDevice, type DeviceCodes, enter, poll } from "../support/device.ts";
import { type App, Browser, call, installationToken, refresh, refusal, tokens } from "../support/flow.ts";
import { atOnce, type Nodes, type Owner, PATIENCE_MS, refreshTokensOf, startNodes } from "./nodes.ts";

const SCOPES = ["org:read", "projects:read"];
const WAITING = ["authorization_pending", "slow_down"];

describe.each(ENGINES)("devices on $engine", { timeout: PATIENCE_MS }, ({ open }) => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await startNodes(open);
  });
  afterAll(() => nodes.close());

  test.each(["web", "native"] as const)(
    "of twenty polls of a %s app while somebody approves one gets tokens, and they live",
    async (type) => {
      const app = await nodes.app(type, { deviceFlow: true });
      for (let round = 0; round < 5; round++) {
        const device = await begin(app);
        const requestId = await enter(nodes.owner.browser, device.user_code);
        const asked = Array.from({ length: 20 }, () => device.device_code);
        const polls = asked.map((code, index) => poll(nodes.base(index), app, code));
        const decided = await decide(round, requestId);
        expect(decided.status).toBe(200);
        const answers = await Promise.all(polls);
        const late = await atOnce(20, (index) => poll(nodes.base(index), app, device.device_code));
        const all = [...answers, ...late];
        const given = all.filter((answer) => answer.status === 200);
        expect(given).toHaveLength(1);
        const refused = await Promise.all(all.filter((answer) => answer.status !== 200).map(refusal));
        for (const [status, code] of refused) {
          expect([status, [...WAITING, "invalid_grant"]]).toEqual([400, expect.arrayContaining([code])]);
        }
        const issued = await tokens(given[0] as Response);
        const token = await installationToken(nodes.base(1), issued);
        expect((await call(nodes.base(0), "/organizations", token)).status).toBe(200);
        for (const each of refreshTokensOf(issued)) await tokens(refresh(nodes.base(1), app, each));
      }
      expect(await grantsOf(app)).toBe(1);
    },
  );

  test("of twenty polls at once one is in time, and the interval grows to no more than a minute", async () => {
    const app = await nodes.app("native", { deviceFlow: true });
    const device = await begin(app);
    const answers = await atOnce(20, (index) => poll(nodes.base(index), app, device.device_code));
    const codes = (await Promise.all(answers.map(refusal))).map(([, code]) => code);
    expect(codes.filter((code) => code === "authorization_pending")).toHaveLength(1);
    expect(codes.filter((code) => code === "slow_down")).toHaveLength(19);
    nodes.advance(60);
    const next = await refusal(poll(nodes.base(1), app, device.device_code));
    expect(next).toEqual([400, "authorization_pending"]);
  });

  test("of twenty people who type one code at once it becomes one's, whoever asks", async () => {
    const app = await nodes.app("native", { deviceFlow: true });
    const people = [nodes.owner, await nodes.person(), await nodes.person(), await nodes.person()];
    for (let round = 0; round < 5; round++) {
      const device = await begin(app);
      const answers = await atOnce(20, (index) =>
        typeAt(nodes.base(index >> 2), personOf(people, index), device.user_code),
      );
      const owners = new Set(answers.flatMap((answer, index) => (answer.ok ? [index % people.length] : [])));
      expect(owners.size).toBe(1);
      const others = answers.filter((answer) => !answer.ok);
      expect(await Promise.all(others.map(refusal))).toEqual(Array(15).fill([403, "wrong_account"]));
    }
  });

  test("of approving and cancelling at once one counts, and the device hears of that one", async () => {
    const app = await nodes.app("native", { deviceFlow: true });
    for (let round = 0; round < 5; round++) {
      const device = await begin(app);
      const requestId = await enter(nodes.owner.browser, device.user_code);
      const decided = await atOnce(6, (index) => decide(index, requestId, index % 3 !== 0));
      const [won, ...more] = decided.filter((answer) => answer.ok);
      expect(more).toEqual([]);
      const { status } = (await (won as Response).json()) as { status: string };
      const answer = await poll(nodes.base(round), app, device.device_code);
      expect(answer.status === 200).toBe(status === "approved");
      if (status === "denied") expect(await refusal(answer)).toEqual([400, "access_denied"]);
    }
  });

  test("whoever decides while another person of the same browser takes it over, nothing is mixed", async () => {
    const app = await nodes.app("native", { deviceFlow: true });
    const other = await nodes.person();
    for (let round = 0; round < 20; round++) {
      const device = await begin(app);
      const requestId = await enter(nodes.owner.browser, device.user_code);
      const [decided] = await Promise.all([decide(round, requestId), takeOver(round, other, device)]);
      const answer = await poll(nodes.base(round), app, device.device_code);
      expect(answer.status === 200).toBe(decided.ok);
      if (!decided.ok) continue;
      const { access_token, grants } = await tokens(answer);
      expect(grants.map((grant) => grant.organization_id)).toEqual([nodes.owner.organizationId]);
      expect(decodeJwt(access_token).sub).toBe(nodes.owner.userId);
    }
  });

  /** Types the code as another person with the browser cookie of the owner. */
  function takeOver(index: number, { browser }: Owner, { user_code }: DeviceCodes): Promise<Response> {
    const own = [...browser.cookies].filter(([name]) => name.includes("session"));
    const shared = [...nodes.owner.browser.cookies].filter(([name]) => name.includes("browser"));
    const cookie = [...own, ...shared].map((pair) => pair.join("=")).join("; ");
    const { base } = nodes.owner.browser;
    return new Browser(base).post(`${nodes.base(index)}/api/auth/mcp/device`, { user_code }, { cookie });
  }

  async function begin(app: App): Promise<DeviceCodes> {
    // So that nobody has typed too many codes.
    nodes.advance(601);
    return beginDevice(nodes.base(0), app, { scope: SCOPES.join(" ") });
  }

  function decide(index: number, requestId: string, approve = true): Promise<Response> {
    const organizations = [{ organization_id: nodes.owner.organizationId, projects: "all" }];
    return nodes.owner.browser.post(
      `${nodes.base(index)}/api/auth/mcp/requests/${requestId}/decision`,
      approve ? { approve, organizations, scopes: SCOPES } : { approve },
    );
  }

  async function grantsOf(app: App): Promise<number> {
    const rows = nodes.first.ctx.db.read.selectFrom("grants").select("id").where("appId", "=", app.clientId);
    return (await rows.execute()).length;
  }
});

function personOf<Person>(people: readonly Person[], index: number): Person {
  return people[index % people.length] as Person;
}

function typeAt(base: string, { browser }: { browser: Browser }, code: string): Promise<Response> {
  return browser.post(`${base}/api/auth/mcp/device`, { user_code: code });
}
