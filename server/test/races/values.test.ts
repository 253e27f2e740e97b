import type { ErrorBody } from "@parlance/contract/errors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ENGINES } from "../support/databases.ts";
import { atOnce, type Nodes, startNodes } from "./nodes.ts";

describe.each(ENGINES)("writers of one value on $engine", ({ open }) => {
  let nodes: Nodes;
  let project: string;
  beforeAll(async () => {
    nodes = await startNodes(open);
    const { organizationId } = nodes.owner;
    const fields = { organizationId, name: "Website", slug: "website", sourceLanguage: "en" };
    const { id } = await body<{ id: string }>(post(0, "/projects", fields));
    project = `/projects/${id}`;
  });
  afterAll(() => nodes.close());

  test.each(["If-Match", "the revision of the item"])(
    "of ten that expect the same revision one wins, and the others are shown its value: %s",
    async (way) => {
      const name = way === "If-Match" ? "header" : "item";
      await body(post(0, `${project}/keys`, { keys: [{ name, values: { en: "Start" } }] }));
      for (let revision = 1; revision <= 5; revision++) {
        const answers = await atOnce(10, (index) => {
          const value = { key: { name }, language: "en", text: `Writer ${index} of round ${revision}` };
          return way === "If-Match"
            ? post(index, `${project}/values`, { values: [value] }, { "If-Match": `"${revision}"` })
            : post(index, `${project}/values`, { values: [{ ...value, revision }] });
        });
        const won = answers.findIndex((answer) => answer.status === 200);
        const statuses = answers.map((answer) => answer.status).toSorted();
        expect(statuses).toEqual([200, ...Array(9).fill(409)]);
        for (const [index, answer] of answers.entries()) {
          if (index === won) continue;
          const { error, errors } = (await answer.json()) as ErrorBody;
          expect(error).toBe("conflict");
          expect(errors).toEqual([
            {
              pointer: "/values/0/revision",
              code: "revision_moved",
              expected: `revision ${revision}`,
              found: `revision ${revision + 1}`,
              yours: { text: `Writer ${index} of round ${revision}`, status: "approved" },
              present: {
                text: `Writer ${won} of round ${revision}`,
                status: "approved",
                revision: revision + 1,
                changesetId: expect.stringMatching(/^cs_/),
                updatedAt: expect.stringMatching(/Z$/),
                actor: { type: "user", id: nodes.owner.userId, name: "Ada", agent: null },
              },
            },
          ]);
        }
      }
    },
  );

  test("of ten that change a key of the same revision one wins, and the others are shown the key", async () => {
    const keys = [{ name: "described" }];
    const { items } = await body<{ items: [{ id: string }] }>(post(0, `${project}/keys`, { keys }));
    const answers = await atOnce(10, (index) => {
      const path = `${project}/keys/${items[0].id}`;
      return post(index, path, { description: `Writer ${index}` }, { "If-Match": '"1"' }, "PATCH");
    });
    const won = answers.findIndex((answer) => answer.status === 200);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([200, ...Array(9).fill(409)]);
    const lost = answers[won === 0 ? 1 : 0] as Response;
    expect(await lost.json()).toMatchObject({
      error: "conflict",
      errors: [
        {
          code: "revision_moved",
          yours: { description: `Writer ${won === 0 ? 1 : 0}` },
          present: { description: `Writer ${won}`, revision: 2 },
        },
      ],
    });
  });

  test("If-Match is about one value: with two of them nothing is written", async () => {
    const keys = ["one", "two"].map((name) => ({ name, values: { en: "Start" } }));
    await body(post(0, `${project}/keys`, { keys }));
    const values = keys.map(({ name }) => ({ key: { name }, language: "en", text: "New" }));
    const answer = await post(0, `${project}/values`, { values }, { "If-Match": '"1"' });
    expect([answer.status, ((await answer.json()) as ErrorBody).error]).toEqual([400, "invalid_request"]);
    const single = await post(0, `${project}/values`, { values: values.slice(1) }, { "If-Match": '"1"' });
    expect(single.status).toBe(200);
  });

  function post(
    index: number,
    path: string,
    fields: object,
    headers: Record<string, string> = {},
    method = "POST",
  ) {
    const url = `${nodes.base(index)}/api/oauth-client/v1${path}`;
    return nodes.owner.browser.post(url, fields, headers, method);
  }
});

async function body<Body>(answer: Promise<Response>): Promise<Body> {
  const response = await answer;
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Body;
}
