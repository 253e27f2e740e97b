import { expect, it } from "vitest";
import { Paths } from "./paths.ts";

const paths = new Paths<string>();
for (const path of [
  "/projects",
  "/projects/:projectId",
  "/projects/recent",
  "/projects/:projectId/keys/:keyId",
  "/projects/:slug/releases",
]) {
  paths.at(path, () => path);
}

it.each([
  ["/projects", "/projects", {}],
  ["/projects/recent", "/projects/recent", {}],
  ["/projects/p1", "/projects/:projectId", { projectId: "p1" }],
  ["/projects/acme%2Fweb", "/projects/:projectId", { projectId: "acme/web" }],
  ["/projects/100%", "/projects/:projectId", { projectId: "100%" }],
  ["/projects/p1/keys/k%201", "/projects/:projectId/keys/:keyId", { projectId: "p1", keyId: "k 1" }],
  // A fixed part that leads nowhere gives way to a parameter.
  ["/projects/recent/keys/k1", "/projects/:projectId/keys/:keyId", { projectId: "recent", keyId: "k1" }],
  ["/projects/p1/releases", "/projects/:slug/releases", { slug: "p1" }],
  ["/projects/__proto__", "/projects/:projectId", { projectId: "__proto__" }],
])("finds %s", (path, value, params) => {
  expect(paths.find(path)).toEqual({ value, params });
});

it.each(["", "/", "/projects/", "//projects", "/projects//keys/k1", "/Projects", "/projects/p1/keys/k1/"])(
  "does not find %j",
  (path) => {
    expect(paths.find(path)).toBeUndefined();
  },
);
