import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { REFERENCE_PATHS } from "./page.ts";
import { referenceRoutes } from "./routes.ts";

const { document, page, viewer, looks } = REFERENCE_PATHS;
const config = { PUBLIC_URL: "https://translate.example.com", API_URL: "https://api.example.com" };
const app = new Hono().route("/", referenceRoutes(config));
const get = (path: string, headers: Record<string, string> = {}) => app.request(path, { headers });

describe("the document", () => {
  test("is JSON that pages of every origin may read", async () => {
    const response = await get(document, { origin: "https://partner.example" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("cache-control")).toBe("public, max-age=300");
    expect(await response.json()).toMatchObject({ servers: [{ url: config.API_URL }] });
  });

  test("is not sent again to whom has it, in whatever encoding", async () => {
    const etag = (await get(document)).headers.get("etag") ?? "";
    for (const encoding of ["br", "gzip", "identity"]) {
      const again = await get(document, { "if-none-match": etag, "accept-encoding": encoding });
      expect([again.status, await again.text()]).toEqual([304, ""]);
      expect(again.headers.get("access-control-allow-origin")).toBe("*");
    }
    expect((await get(document, { "if-none-match": 'W/"other"' })).status).toBe(200);
  });

  test("travels packed as the client can unpack it, and says so", async () => {
    const plain = await (await get(document)).text();
    for (const [encoding, unpack] of [
      ["br", brotliDecompressSync],
      ["gzip", gunzipSync],
    ] as const) {
      const response = await get(document, { "accept-encoding": encoding });
      expect(response.headers.get("content-encoding")).toBe(encoding);
      expect(response.headers.get("vary")).toBe("Accept-Encoding");
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(unpack(bytes).toString()).toBe(plain);
      expect(bytes.length).toBeLessThan(plain.length / 5);
    }
  });

  test("is asked for with a header of one's own after a preflight", async () => {
    const response = await app.request(document, { method: "OPTIONS" });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-headers")).toBe("If-None-Match");
  });
});

describe("the page", () => {
  test("allows the styles of its own answer alone, and no inline script", async () => {
    const [one, other] = [await get(page), await get(page)];
    const nonce = /style-src 'self' 'nonce-([\w-]+)'/.exec(
      one.headers.get("content-security-policy") ?? "",
    )?.[1];
    expect(nonce).toBeDefined();
    expect(await one.text()).toContain(`content="${nonce}"`);
    expect(other.headers.get("content-security-policy")).not.toContain(nonce);
    for (const response of [one, other]) {
      const policy = response.headers.get("content-security-policy");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("connect-src 'self';");
      expect(policy).not.toContain("unsafe");
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  test("finds its parts, and none of them elsewhere", async () => {
    const html = await (await get(page)).text();
    const addresses = [...html.matchAll(/(?:src|href|spec-url)="([^"]+)"/g)].map(([, one]) => one as string);
    for (const address of addresses.filter((one) => !one.startsWith("data:"))) {
      expect(address).toMatch(/^\/(?!\/)/);
      expect((await get(address)).status).toBe(200);
    }
  });

  test("has a viewer that does not ask its makers for a picture", async () => {
    const script = await (await get(viewer)).text();
    expect(script.length).toBeGreaterThan(1_000_000);
    expect(script).not.toContain("cdn.redoc.ly");
  });

  test("sends its looks as a style sheet", async () => {
    expect((await get(looks)).headers.get("content-type")).toBe("text/css; charset=utf-8");
  });
});
