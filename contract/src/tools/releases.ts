import { z } from "zod";
import { DEFAULT_CHANNEL } from "../cdn.ts";
import { instant } from "../operation.ts";
import { channelName, releaseNumber } from "../operations/releases.ts";
import { lenient, tool } from "../tool.ts";
import { cursor, next } from "./paging.ts";
import { someTexts } from "./selection.ts";

const count = z.number().int();

const release = {
  number: count,
  id: z.string().describe("getSync takes it"),
  message: z.string().nullable(),
  at: instant,
  texts: count.describe("in it"),
  files: count.describe("that differ from the release before"),
  channels: z.array(z.string()).describe("that show it now"),
};

export const publishTools = {
  publishTranslations: tool("releases.create", {
    title: "Publish",
    description:
      "Makes a release and shows it on the CDN at once: everything pending, with deleted keys and language changes, or the given texts alone. published counts texts, syncJobIds names the release for getSync. With nothing pending it succeeds with published 0. When it is refused because the project was published just now, wait as long as it says and call again.",
    procedure: { name: "mcp.publishTranslations" },
    input: lenient(
      z.object({ translations: someTexts.optional().describe("these alone; leave it out for everything") }),
    ),
    output: z.object({
      success: z.boolean(),
      published: count,
      repositories: count,
      syncJobIds: z.array(z.string()),
      deletedKeysProcessed: count.optional(),
      languageChangesProcessed: count.optional(),
      message: z.string(),
      hint: z.string().optional(),
    }),
  }),
};

export const releaseTools = {
  publishPlan: tool("releases.create", {
    title: "Publish a plan",
    description:
      "Publishes what planPublish showed, exactly. Calling it again is harmless: made is false then, and the answer is the release that the plan became.",
    input: lenient(
      z.object({
        planId: z.string().min(1).max(60),
        message: z.string().max(500).optional().describe("what the release is for"),
      }),
    ),
    output: z.object({ made: z.boolean(), ...release, hint: z.string().optional() }),
  }),
  listReleases: tool("releases.list", {
    title: "List releases",
    description:
      "Releases, newest first, and the channels that show them; production is what the CDN shows by default. rollBack points a channel at another one.",
    input: lenient(
      z.object({
        limit: z.number().int().min(1).max(50).default(10),
        cursor,
      }),
    ),
    output: z.object({ releases: z.array(z.object(release)), next }),
  }),
  rollBack: tool("channels.move", {
    title: "Roll back",
    description:
      "Points a channel at another release, so that exactly its files are live at once; production unless told. Texts of the project stay as they are, so a later publish shows them again: use revertChange to take texts back. Also promotes a release to another channel, which is made when it is new.",
    target: "channel",
    input: lenient(
      z.object({
        release: releaseNumber.describe("number from listReleases"),
        channel: channelName.default(DEFAULT_CHANNEL),
      }),
    ),
    output: z.object({
      channel: z.string(),
      release: count,
      from: count.nullable().describe("what it showed before; null for a new channel"),
      moved: z.boolean(),
      at: instant,
      manifest: z.url(),
    }),
  }),
};
