import { z } from "zod";
import { lenient, tool } from "../tool.ts";

const fileStructure = z.enum(["single_file", "namespaced_folders"]);
const keyFormat = z.enum(["nested", "flat"]);

const projectItem = z.object({
  id: z.uuid(),
  slug: z.string().describe("organization/project"),
  name: z.string(),
  organizationName: z.string(),
  sourceLanguage: z.string(),
  targetLanguages: z.array(z.string()),
  cdnFormat: z.string().describe("URL of a file with {locale} and {namespace} in it"),
  fileStructure,
  keyFormat,
});

const namespaceContext = z.object({
  t: z.string().optional().describe("team"),
  d: z.string().optional().describe("domain"),
  ap: z.string().optional().describe("what a model should know"),
  tg: z.array(z.string()).optional().describe("tags"),
});

/** A project in few letters (contract/mcp, 6.2). */
const compactProject = z.object({
  prj: z.string(),
  sl: z.string(),
  nss: z.array(
    z.object({
      nm: z.string(),
      kc: z.number().int(),
      desc: z.string().nullable(),
      ctx: namespaceContext.nullable(),
    }),
  ),
  lng: z.array(z.string()),
  tk: z.number().int(),
  cov: z.record(z.string(), z.object({ tr: z.number().int(), pct: z.number() })),
  cdn: z.object({
    base: z.url(),
    mfst: z.url(),
    pat: z.string(),
    ex: z.array(z.url()),
    fs: fileStructure,
    kf: keyFormat,
  }),
});

export const projectTools = {
  listProjects: tool("projects.list", {
    title: "List projects",
    description:
      "Every project that you may work in. Call this first: other tools take a project's slug (organization/project) as `project`.",
    procedure: { name: "mcp.listProjects" },
    names: undefined,
    everywhere: true,
    input: lenient(z.object({})),
    output: z.object({ cdnBaseUrl: z.url(), projects: z.array(projectItem), note: z.string().optional() }),
  }),
  getProject: tool("projects.get", {
    title: "Describe a project",
    description:
      "A project's source language (sl), target languages (lng), namespaces with their key counts and what is known of them (nss: nm, kc, desc, ctx), number of keys (tk), translated texts per language (cov: tr, pct in percent) and where its published files are (cdn: pat is their pattern, in which translations stands for the namespace default and, where fs is single_file, for everything).",
    procedure: { name: "mcp.getProject" },
    input: lenient(z.object({})),
    output: compactProject.extend({
      name: z.string(),
      slug: z.string(),
      sourceLanguageCode: z.string(),
      keyCount: z.number().int(),
      namespaces: z.array(z.object({ name: z.string(), keyCount: z.number().int() })),
      languages: z.array(
        z.object({ code: z.string(), name: z.string(), status: z.string(), coverage: z.number() }),
      ),
      cdn: compactProject.shape.cdn.extend({ baseUrl: z.url(), manifestUrl: z.url() }),
    }),
    shown: compactProject,
  }),
};
