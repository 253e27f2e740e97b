import type { Output } from "@parlance/contract/operations";
import type { Call, PlacedProject } from "../context.ts";
import { iso } from "../platform/clock.ts";
import type { Config } from "../platform/config.ts";
import { derived } from "../platform/derived.ts";
import { toLanguage } from "./languages.ts";
import { type Language, selectLanguages, selectNamespaces } from "./store.ts";
import { validationModeOf } from "./validation-mode.ts";

type Description = Output<"projects.get">;
type NamespaceCount = Awaited<ReturnType<typeof selectNamespaces>>[number];

/** A project with its languages, coverage, namespaces and CDN addresses, from counters: no key is read. */
export async function describeProject(call: Call, project: PlacedProject): Promise<Description> {
  const [languages, namespaces] = await Promise.all([
    selectLanguages(call.store, [project.id]),
    selectNamespaces(call.store, project.id),
  ]);
  return describe(project, languages, namespaces, call.config);
}

const describe = derived(
  (
    project: PlacedProject,
    languages: Language[],
    namespaces: NamespaceCount[],
    config: Config,
  ): Description => {
    const keyCount = namespaces.reduce((sum, namespace) => sum + namespace.keyCount, 0);
    return Object.freeze({
      ...summaryOf(project),
      fileStructure: project.fileStructure,
      keyFormat: project.keyFormat,
      validationMode: validationModeOf(project),
      publishFrom: project.publishFrom,
      peopleStatus: project.peopleStatus,
      keyCount,
      languages: languages.map((language) => toLanguage(language, project, keyCount)),
      namespaces: namespaces.filter((namespace) => namespace.keyCount > 0),
      cdn: cdnAddresses(config.CDN_URL, project),
    });
  },
);

/** A project as lists show it, without the target languages. */
export function summaryOf(project: PlacedProject) {
  return {
    id: project.id,
    slug: project.slug,
    name: project.name,
    organizationId: project.organizationId,
    organizationSlug: project.organizationSlug,
    sourceLanguage: project.sourceLanguage,
    createdAt: iso(project.createdAt),
  };
}

function cdnAddresses(cdnUrl: string, project: PlacedProject) {
  const base = `${cdnUrl}/${project.organizationSlug}/${project.slug}`;
  return { base, manifest: `${base}/manifest.json`, pattern: `${base}/{locale}/translations.json` };
}

/** The URL of a namespace's file below a project's base; the namespace `default` has the name `translations` there. */
export function filePattern(base: string): string {
  return `${base}/{locale}/{namespace}.json`;
}
