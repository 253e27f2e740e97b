import { afterAll, expect, test } from "vitest";
import { authorize, connect } from "../support/flow.ts";
import { startWorld } from "./world.ts";

const world = await startWorld();
const { base, owner, web } = world;
afterAll(() => world.close());

test("[iss/with-code] iss comes with the code, once, identical to the metadata's issuer", async () => {
  const { redirect } = await connect(owner.browser, web);
  expect(redirect.searchParams.getAll("iss")).toEqual([await issuer()]);
});

test("[iss/with-error] iss comes with every error", async () => {
  for (const fields of [{ scope: "no:such" }, { response_type: "token" }, { prompt: "none" }]) {
    const { response } = await authorize(owner.browser, web, fields);
    const answer = new URL(response.headers.get("location")!);
    expect(answer.searchParams.has("error")).toBe(true);
    expect(answer.searchParams.getAll("iss")).toEqual([await issuer()]);
  }
});

test("[iss/advertised] the metadata says that iss is sent", async () => {
  expect((await metadata()).authorization_response_iss_parameter_supported).toBe(true);
});

async function issuer(): Promise<unknown> {
  return (await metadata()).issuer;
}

async function metadata(): Promise<Record<string, unknown>> {
  const answer = await fetch(`${base}/.well-known/oauth-authorization-server`);
  return (await answer.json()) as Record<string, unknown>;
}
