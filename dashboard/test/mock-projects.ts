// Made-up projects for mock-answers.ts, with their languages and namespaces.
import type { Output } from "@parlance/contract/operations";
import type { Answers } from "./mock-answers.ts";
import { ago, change, DAY, drop, find, type Item, page, push, uuid } from "./mock-lists.ts";

export type Project = Output<"projects.get">;
export type Namespace = Item<"namespaces.list">;

/** Answers about projects, over lists that writes change. */
export function projectAnswers(projects: Project[], namespaces: Namespace[]): Answers {
  const projectOf = (id: string) =>
    projects.find((one) => one.id === id || id.endsWith(`/${one.slug}`)) ?? null;
  return {
    "projects.list": () => page(projects.map(summary)),
    "projects.get": ({ projectId }) => projectOf(projectId),
    "projects.update": ({ projectId, name, publishFrom, peopleStatus, validationMode }) => {
      const found = projectOf(projectId);
      const statuses = { publishFrom, peopleStatus };
      return change(found, {
        name,
        ...statuses,
        validationMode: { ...found?.validationMode, ...validationMode },
      });
    },
    "projects.delete": ({ projectId }) => drop(projects, "id", projectOf(projectId)?.id ?? ""),
    "projects.create": (input) => push(projects, project(50, input.name, input.slug, [])),
    "languages.add": ({ projectId, code, status }) =>
      push(projectOf(projectId)?.languages ?? [], language(code, 0, status)),
    "languages.update": ({ projectId, code, status }) =>
      change(find(projectOf(projectId)?.languages ?? [], "code", code), { status }),
    "languages.setSource": ({ projectId, code }) => {
      const found = change(projectOf(projectId), { sourceLanguage: code });
      for (const one of found?.languages ?? []) one.isSource = one.code === code;
      return found && { sourceLanguage: code, outdatedKeys: 12 };
    },
    "languages.remove": ({ projectId, code }) => drop(projectOf(projectId)?.languages ?? [], "code", code),
    "namespaces.list": () => page(namespaces),
    "namespaces.update": ({ projectId: _, namespace: name, ...fields }) => {
      const changed = change(find(namespaces, "name", name), fields);
      return changed && { ...changed, changesetId: null };
    },
    "namespaces.delete": ({ namespace: name }) => drop(namespaces, "name", name),
  };
}

function language(code: string, translated: number, status: "active" | "draft" = "active", isSource = false) {
  const name = new Intl.DisplayNames("en", { type: "language" }).of(code) ?? code;
  return { code, name, status, isSource, translated, coverage: Math.round((translated / 2120) * 1000) / 10 };
}

export function project(number: number, name: string, slug: string, targets: string[]): Project {
  const base = `http://localhost:3000/cdn/acme/${slug}`;
  return {
    id: uuid(number),
    slug,
    name,
    organizationId: "org_1",
    organizationSlug: "acme",
    sourceLanguage: "en",
    createdAt: ago(number * 12 * DAY),
    fileStructure: "single_file",
    keyFormat: "nested",
    validationMode: { api: "reject", import: "warn" },
    publishFrom: "approved",
    peopleStatus: "approved",
    keyCount: 2120,
    languages: [
      language("en", 2120, "active", true),
      ...targets.map((code, index) =>
        language(code, Math.max(0, 2120 - index * 160), index % 5 === 4 ? "draft" : "active"),
      ),
    ],
    namespaces: ["checkout", "default", "e-mails"].map((one) => ({ name: one, keyCount: 700 })),
    cdn: { base, manifest: `${base}/manifest.json`, pattern: `${base}/{locale}/translations.json` },
  };
}

export function namespace(name: string, keyCount: number, description: string | null): Namespace {
  const domain = description && "Payments";
  return {
    name,
    keyCount,
    description,
    team: null,
    domain,
    aiPrompt: null,
    tags: domain ? ["web", "app"] : [],
  };
}

function summary({
  fileStructure: _f,
  keyFormat: _k,
  validationMode: _v,
  publishFrom: _p,
  peopleStatus: _s,
  keyCount: _c,
  namespaces: _n,
  cdn: _d,
  ...rest
}: Project): Item<"projects.list"> {
  const codes = rest.languages.filter((one) => !one.isSource).map((one) => one.code);
  return { ...rest, languages: codes };
}
