import { describe, expect, test } from "vitest";
import { createCdn } from "./cdn.ts";
import { SettingsError } from "./errors.ts";

const BASE = "https://cdn.test/acme/website";
const MANIFEST = { projectSlug: "website", release: 1, languages: [], files: {} };

/** Published files by path, each with an ETag that says what is in it. */
function cdnOf(files: Record<string, unknown>) {
  const asked: [path: string, etag: string | null][] = [];
  const fetch = async (url: string, init: RequestInit) => {
    const path = url.replace(BASE, "");
    const known = new Headers(init.headers).get("if-none-match");
    asked.push([path, known]);
    const body = files[path];
    if (body === undefined)
      return Response.json({ error: "not_found", error_description: "Nothing." }, { status: 404 });
    const etag = `"${JSON.stringify(body).length}-${path}"`;
    if (known === etag) return new Response(null, { status: 304, headers: { etag } });
    return Response.json(body, { headers: { etag } });
  };
  return { asked, files, fetch: fetch as unknown as typeof globalThis.fetch };
}

describe("published files", () => {
  test("are read at their published addresses, of any channel and release", async () => {
    const cdn = cdnOf({
      "/manifest.json": MANIFEST,
      "/pt-br/translations.json": { checkout: { pay: "Pagar" } },
      "/pt-br/checkout.json": { pay: "Pagar" },
      "/@next/manifest.json": { ...MANIFEST, release: 2 },
      "/@7/de/translations.json": { a: "b" },
    });
    const live = createCdn({ url: `${BASE}/`, fetch: cdn.fetch });
    expect(await live.manifest()).toEqual(MANIFEST);
    expect(await live.messages("pt_BR")).toEqual({ checkout: { pay: "Pagar" } });
    expect(await live.messages("pt-BR", "checkout")).toEqual({ pay: "Pagar" });
    const next = createCdn({ url: BASE, channel: "next", fetch: cdn.fetch });
    expect(await next.manifest()).toMatchObject({ release: 2 });
    expect(await createCdn({ url: BASE, release: 7, fetch: cdn.fetch }).messages("de")).toEqual({ a: "b" });
  });

  test("are asked for by ETag the second time, and sent again only when they changed", async () => {
    const cdn = cdnOf({ "/de/translations.json": { a: "eins" } });
    const reader = createCdn({ url: BASE, fetch: cdn.fetch });
    const first = await reader.messages("de");
    expect(await reader.messages("de")).toBe(first);
    cdn.files["/de/translations.json"] = { a: "zwei, drei" };
    expect(await reader.messages("de")).toEqual({ a: "zwei, drei" });
    expect(cdn.asked.map(([, etag]) => etag !== null)).toEqual([false, true, true]);
  });

  test("that nobody published are not there, and no name leaves the project", async () => {
    const cdn = cdnOf({});
    const reader = createCdn({ url: BASE, fetch: cdn.fetch });
    await expect(reader.messages("de")).rejects.toMatchObject({ name: "NotFoundError", status: 404 });
    for (const name of ["..", ".", ""]) {
      await expect(reader.messages(name)).rejects.toMatchObject({ name: "ValidationError" });
      await expect(reader.messages("de", name)).rejects.toMatchObject({ name: "ValidationError" });
    }
    await expect(reader.messages("../../other")).rejects.toMatchObject({ status: 404 });
    expect(cdn.asked.map(([path]) => path)).toEqual([
      "/de/translations.json",
      "/..%2f..%2fother/translations.json",
    ]);
  });

  test("are asked for again when the answer is lost", async () => {
    const cdn = cdnOf({ "/manifest.json": MANIFEST });
    let lost = 0;
    const fetch = (async (...of: Parameters<typeof cdn.fetch>) => {
      if (lost++ === 0) throw new TypeError("reset");
      return cdn.fetch(...of);
    }) as typeof cdn.fetch;
    expect(await createCdn({ url: BASE, fetch }).manifest()).toEqual(MANIFEST);
  });
});

test.each([
  { channel: "../../other/website" },
  { channel: "next/../../x" },
  { channel: "%2e%2e" },
  { channel: "next?x" },
  { release: "7/../../../other/website" as unknown as number },
  { release: 0 },
  { channel: "7" },
])("%j leads to no other project's files", (tree) => {
  expect(() => createCdn({ url: BASE, ...tree })).toThrow(SettingsError);
});
