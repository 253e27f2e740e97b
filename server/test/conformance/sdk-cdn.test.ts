import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { answered, type Named, type Scene, startScene } from "../refusals/scene.ts";

/** What the core package sends from Node, and nothing beside it: no cookie, no authorization, no query (§4). */
const SENT = { "Cache-Control": "no-store", Pragma: "no-cache", "Accept-Encoding": "gzip, br" };
const SINGLE = "single_file";
const NAMESPACED = "namespaced_folders";

/** §2, as the clients read it; both forms of a namespaced manifest are theirs to choose from. */
const file = z.object({ url: z.url(), size: z.number().int().positive(), lastModified: z.iso.datetime() });
const manifestShape = z.object({
  projectSlug: z.string(),
  sourceLanguage: z.string(),
  updatedAt: z.iso.datetime(),
  languages: z
    .array(
      z.object({
        code: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
        name: z.string().min(1),
        nativeName: z.string().min(1),
        flagUrl: z.url().nullable(),
        countryCode: z
          .string()
          .regex(/^[a-z]{2}$/)
          .nullable(),
        isSource: z.boolean(),
        lastUpdated: z.iso.datetime().nullable(),
        keyCount: z.number().int(),
      }),
    )
    .min(1),
  files: z.record(z.string(), file),
  namespaces: z.array(z.string()).min(1).optional(),
  batch: z.literal(true).optional(),
});
type Manifest = z.infer<typeof manifestShape>;

let scene: Scene;
const projects: Record<string, string> = {};
beforeAll(async () => {
  scene = await startScene();
  for (const structure of [SINGLE, NAMESPACED]) projects[structure] = await published(structure);
});
afterAll(() => scene.server.close());

describe.each([SINGLE, NAMESPACED])("the CDN contract, %s project", (structure) => {
  const address = (path: string) => `${projects[structure]}/${path}`;

  test("§1, §8.1: the manifest is the same by name and by UUID, which is of a version that clients take", async () => {
    const id = await idOf(structure);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const byName = await get(address("manifest.json"));
    expect((await get(`${id}/manifest.json`)).body).toEqual(byName.body);
  });

  test("§2: the manifest names active languages in the form of the paths, the source among them", async () => {
    const { languages, files, sourceLanguage } = await manifestOf(structure);
    expect(languages.map(({ code, isSource }) => [code, isSource])).toEqual([
      ["de", false],
      ["en", true],
      ["pt-br", false],
    ]);
    expect(Object.keys(files).sort()).toEqual(languages.map(({ code }) => code));
    expect(sourceLanguage).toBe("en");
    // A draft language is neither announced nor served (§6).
    expect((await get(address("fr/translations.json"))).status).toBe(404);
  });

  test("§2, §4: every file is where the manifest says, absolute, with that size, and needs nothing but GET", async () => {
    const { files } = await manifestOf(structure);
    for (const { url, size } of Object.values(files)) {
      expect(url.startsWith(`${scene.base}/cdn/`)).toBe(true);
      const answer = await get(url);
      expect([url, answer.status, Buffer.byteLength(answer.body)]).toEqual([url, 200, size]);
      expect(answer.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(answer.headers).not.toHaveProperty("set-cookie");
    }
  });

  test("§3: values stand in nested objects by namespace, ICU as it was written", async () => {
    const combined = await json(address("de/translations.json"));
    expect(combined).toMatchObject({
      translations: { title: "Hallo", count: "{n, plural, one {# Stück} other {# Stücke}}" },
      auth: { log: { in: "Anmelden" } },
    });
    expect(Object.keys(combined).join()).not.toContain(".");
    expect(await json(address("de.json"))).toEqual(combined);
  });

  test("§4: with the ETag of the 200 the answer is 304 without a body, whatever its Cache-Control asks", async () => {
    const first = await get(address("de/translations.json"));
    expect(first.headers["content-encoding"]).toBe("br");
    expect(first.headers.etag).toMatch(/^"[^"]+"$/);
    const again = await get(address("de/translations.json"), {
      "If-None-Match": first.headers.etag as string,
    });
    expect([again.status, again.raw.length, again.headers.etag]).toEqual([304, 0, first.headers.etag]);
  });

  test("§4, §8.5: a publish changes version, ETag and content of what changed, and of nothing else", async () => {
    const before = await manifestOf(structure);
    const etags = await etagsOf(before);
    await write(structure, "de", `Servus ${before.updatedAt}`);
    const after = await manifestOf(structure);
    const moved = ({ files }: Manifest, code: string) => files[code]?.lastModified;
    const changed = Object.keys(after.files).filter((code) => moved(before, code) !== moved(after, code));
    expect(changed).toEqual(["de"]);
    expect(after.updatedAt > before.updatedAt).toBe(true);
    const fresh = await etagsOf(after);
    expect(Object.keys(fresh).filter((code) => fresh[code] !== etags[code])).toEqual(["de"]);
    const stale = await get(address("de/translations.json"), { "If-None-Match": etags.de as string });
    expect([stale.status, JSON.parse(stale.body).translations.title]).toEqual([
      200,
      `Servus ${before.updatedAt}`,
    ]);
  });

  test("§5: a page of another origin may send what the package sends, and read the ETag", async () => {
    for (const path of ["manifest.json", "de/translations.json", "de/batch.json?ns=auth,translations"]) {
      const asked = {
        Origin: "https://app.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "cache-control,if-none-match,pragma",
      };
      const preflight = await send("OPTIONS", address(path), asked);
      expect(preflight.status).toBe(204);
      expect(preflight.headers["access-control-allow-origin"]).toBe("*");
      expect(preflight.headers["access-control-allow-methods"]).toBe("GET, HEAD, OPTIONS");
      const allowed = listOf(preflight.headers["access-control-allow-headers"]);
      expect(allowed).toEqual(
        expect.arrayContaining(["cache-control", "if-none-match", "accept-encoding", "pragma", "*"]),
      );
      expect(Number(preflight.headers["access-control-max-age"])).toBeGreaterThanOrEqual(3600);
    }
    const read = await get(address("de/translations.json"), { Origin: "https://app.example" });
    expect(read.headers["access-control-allow-origin"]).toBe("*");
    expect(listOf(read.headers["access-control-expose-headers"])).toContain("etag");
    // With a credential a wildcard would not do; nothing here takes one.
    expect(read.headers).not.toHaveProperty("access-control-allow-credentials");
  });

  test("§8.3, §8.6: paths are read in any case, and what is missing is a 404 in JSON", async () => {
    const [written, lower] = [
      await get(address("pt-BR/translations.json")),
      await get(address("pt-br.json")),
    ];
    expect([written.status, written.body]).toEqual([200, lower.body]);
    for (const path of ["it/translations.json", "it.json", "de/nothing.json", "it/batch.json?ns=auth"]) {
      const { status, headers, body } = await get(address(path));
      expect([path, status, headers["content-type"]]).toEqual([path, 404, "application/json; charset=utf-8"]);
      expect(JSON.parse(body)).toMatchObject({ error: "not_found" });
    }
  });
});

describe("the CDN contract, how a project is delivered", () => {
  test("§2: a single-file project announces no namespaces and no batch", async () => {
    const manifest = await manifestOf(SINGLE);
    expect(manifest).not.toHaveProperty("namespaces");
    expect(manifest).not.toHaveProperty("batch");
  });

  test("§1, §4: each namespace that is announced is served for every language, `default` as translations", async () => {
    const { namespaces = [], languages } = await manifestOf(NAMESPACED);
    expect(namespaces.toSorted()).toEqual(["auth", "empty", "translations"]);
    for (const { code } of languages) {
      for (const name of namespaces) {
        const answer = await get(`${projects[NAMESPACED]}/${code}/${name}.json`);
        expect([code, name, answer.status, typeof JSON.parse(answer.body)]).toEqual([
          code,
          name,
          200,
          "object",
        ]);
      }
    }
    expect(await json(`${projects[NAMESPACED]}/de/auth.json`)).toEqual({ log: { in: "Anmelden" } });
  });

  test("§4, §6: a batch holds every name that was asked, as its own file does, and counts them", async () => {
    const { namespaces = [], batch } = await manifestOf(NAMESPACED);
    expect(batch).toBe(true);
    const address = `${projects[NAMESPACED]}/pt-br/batch.json?ns=${namespaces.toSorted()}`;
    const first = await get(address);
    const together = JSON.parse(first.body);
    expect(Object.keys(together).sort()).toEqual(namespaces.toSorted());
    for (const name of namespaces) {
      const alone = await json(`${projects[NAMESPACED]}/pt-br/${name}.json`);
      // The file that names both the default namespace and all of them holds both.
      if (name === "translations") expect(alone).toMatchObject(together[name]);
      else expect(together[name]).toEqual(alone);
    }
    expect(first.headers).toMatchObject({ "x-batch-count": "3", "x-batch-requested": "3" });
    expect((await get(address)).headers["x-cache-status"]).toBe("HIT");
  });

  test("§6: what was never published is a 404, which clients take like the fallback it stands for", async () => {
    const { people, organization, addProject } = scene;
    const fresh = await addProject(people.owner, organization);
    expect((await get(`${fresh.id}/manifest.json`)).status).toBe(404);
  });
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** As it came, and decoded by its Content-Encoding. */
  raw: Buffer;
  body: string;
}

/** Sends the very headers and the address byte for byte; `path` is absolute or below the CDN. */
async function send(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  const url = path.startsWith("http") ? path : `${scene.base}/cdn/${path}`;
  const [incoming] = await once(request(url, { method, headers }).end(), "response");
  const raw: Buffer = Buffer.concat(await incoming.toArray());
  return { status: incoming.statusCode, headers: incoming.headers, raw, body: decoded(incoming, raw) };
}

function decoded({ headers }: { headers: IncomingHttpHeaders }, raw: Buffer): string {
  if (raw.length > 0 && headers["content-encoding"] === "br") return brotliDecompressSync(raw).toString();
  if (raw.length > 0 && headers["content-encoding"] === "gzip") return gunzipSync(raw).toString();
  return raw.toString();
}

function get(path: string, more: Record<string, string> = {}): Promise<Answer> {
  return send("GET", path, { ...SENT, ...more });
}

async function json(path: string): Promise<Record<string, unknown>> {
  const { status, body } = await get(path);
  expect([path, status]).toEqual([path, 200]);
  return JSON.parse(body);
}

async function manifestOf(structure: string): Promise<Manifest> {
  return manifestShape.parse(await json(`${projects[structure]}/manifest.json`));
}

async function etagsOf({ files }: Manifest): Promise<Record<string, string | undefined>> {
  const entries = Object.entries(files).map(async ([code, { url }]) => [code, (await get(url)).headers.etag]);
  return Object.fromEntries(await Promise.all(entries));
}

function listOf(header: string | undefined): string[] {
  return (header ?? "").toLowerCase().split(/,\s*/);
}

/** `org/project` with a source, two targets and a draft language, and a namespace that has no texts but the source's. */
async function published(fileStructure: string): Promise<string> {
  const { organization, people } = scene;
  const { browser } = people.owner;
  const slug = fileStructure.replace("_", "-");
  const { id } = await answered<Named>(
    browser.post("/api/oauth-client/v1/projects", {
      ...{ organizationId: organization.id, name: "Website", slug, sourceLanguage: "en" },
      fileStructure,
    }),
  );
  const api = `/api/oauth-client/v1/projects/${id}`;
  for (const language of [{ code: "de" }, { code: "pt-BR" }, { code: "fr", status: "draft" }]) {
    await answered(browser.post(`${api}/languages`, language));
  }
  const plural = (one: string, other: string) => `{n, plural, one {# ${one}} other {# ${other}}}`;
  const count = { en: plural("piece", "pieces"), de: plural("Stück", "Stücke") };
  const keys = [
    { name: "title", values: { en: "Hello", de: "Hallo", "pt-BR": "Olá", fr: "Bonjour" } },
    { name: "count", values: count },
    { namespace: "auth", name: "log.in", values: { en: "Log in", de: "Anmelden", "pt-BR": "Entrar" } },
    { namespace: "empty", name: "yet", values: { en: "Not yet translated" } },
  ];
  await answered(browser.post(`${api}/keys`, { keys }));
  await answered(browser.post(`${api}/releases`, {}));
  return `${organization.slug}/${slug}`;
}

async function write(structure: string, language: string, text: string): Promise<void> {
  const { browser } = scene.people.owner;
  const api = `/api/oauth-client/v1/projects/${await idOf(structure)}`;
  const values = [{ key: { name: "title" }, language, text }];
  await answered(browser.post(`${api}/values`, { values }));
  await answered(browser.post(`${api}/releases`, {}));
}

async function idOf(structure: string): Promise<string> {
  const path = `/api/oauth-client/v1/projects/${encodeURIComponent(projects[structure] as string)}`;
  return (await answered<Named>(scene.people.owner.browser.request(path))).id;
}
