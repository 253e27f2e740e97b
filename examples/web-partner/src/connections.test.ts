import { afterEach, expect, test, vi } from "vitest";
import { type NewConnection, openConnections } from "./connections.ts";

afterEach(() => {
  vi.useRealTimers();
});

function grant(change: Partial<NewConnection> = {}): NewConnection {
  return {
    userId: "user",
    organizationId: "org_1",
    organizationSlug: "acme",
    organizationName: "Acme",
    grantId: "grt_1",
    scopes: ["org:read"],
    projectIds: [],
    refreshToken: "refresh-1",
    accessToken: "access-1",
    accessTokenExpiresAt: 1,
    ...change,
  };
}

test("connecting again updates the row of that user and organization, and revives it", () => {
  const connections = openConnections(":memory:");
  connections.upsert(grant());
  const [before] = connections.list("user");
  connections.markRevoked(before?.id ?? "", "grt_1");
  connections.upsert(grant({ grantId: "grt_2", refreshToken: "refresh-2", scopes: [] }));
  expect(connections.list("user")).toEqual([
    { ...before, grantId: "grt_2", refreshToken: "refresh-2", scopes: [], revokedAt: null },
  ]);
});

test("two organizations and two users have a row each, and see only their own", () => {
  const connections = openConnections(":memory:");
  connections.upsert(grant());
  connections.upsert(grant({ organizationId: "org_2", grantId: "grt_2" }));
  connections.upsert(grant({ userId: "other", grantId: "grt_3" }));
  expect(connections.list("user").map((row) => row.grantId)).toHaveLength(2);
  const [theirs] = connections.list("other");
  expect(connections.find(theirs?.id ?? "", "user")).toBeUndefined();
});

test("late news about an earlier grant or refresh token leaves the connection alone", () => {
  const connections = openConnections(":memory:");
  connections.upsert(grant({ grantId: "grt_2", refreshToken: "refresh-2" }));
  const [row] = connections.list("user");
  const id = row?.id ?? "";
  connections.markRevoked(id, "grt_1");
  connections.markRefused(id, "refresh-1");
  connections.rotate(id, "refresh-1", { refreshToken: "x", accessToken: "x", accessTokenExpiresAt: 9 });
  connections.updateAllowed(id, "grt_1", ["keys:write"], ["p"]);
  expect(connections.get(id)).toEqual(row);
});

test("a state is good once, for the browser that began, for an hour", () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  const connections = openConnections(":memory:");
  connections.begin("state", "user", "verifier");
  expect(connections.finish("state", "other")).toBeUndefined();
  expect(connections.finish("state", "user")).toBe("verifier");
  expect(connections.finish("state", "user")).toBeUndefined();

  connections.begin("late", "user", "verifier");
  vi.setSystemTime(Date.now() + 60 * 60_000 + 1);
  expect(connections.finish("late", "user")).toBeUndefined();
});
