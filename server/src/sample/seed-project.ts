import { DEFAULT_CHANNEL } from "@parlance/contract/cdn";
import { BULK_LIMIT } from "@parlance/contract/operations/keys";
import type { Call, Context, Reach, Reader } from "../context.ts";
import { createKeys } from "../keys/create-keys.ts";
import { createProject } from "../projects/create-project.ts";
import type { Project } from "../projects/find-project.ts";
import { addLanguage } from "../projects/languages.ts";
import { publish } from "../publishing/publish.ts";
import { readDiagnosticMessages } from "./messages.ts";

interface Owner {
  organization: Reach["organization"];
  user: { id: string; name: string; email: string };
}

/** Creates the sample project with real messages in 14 languages through the same functions as any call, and publishes it. */
export async function seedProject(context: Context, { organization, user }: Owner): Promise<Project> {
  const reach: Reach = { organization, role: "owner", scopes: SCOPES, projects: "all" };
  const { languages, keys } = readDiagnosticMessages();
  const [sourceLanguage = "en", ...targets] = languages;

  const project = await context.db.write(async (tx) => {
    const call = callOf(context, user, tx);
    const created = await createProject(call, reach, {
      name: "Compiler messages",
      slug: "compiler-messages",
      sourceLanguage,
      fileStructure: "single_file",
      keyFormat: "nested",
      validationMode: { api: "reject", import: "warn" },
      publishFrom: "approved",
      peopleStatus: "approved",
    });
    for (const code of targets) {
      await addLanguage(call, created, { code, status: "active" });
    }
    return created;
  });

  for (let start = 0; start < keys.length; start += BULK_LIMIT) {
    const part = keys.slice(start, start + BULK_LIMIT).map(({ name, texts }) => ({
      namespace: "default",
      name,
      format: "plain" as const,
      tags: [],
      values: texts,
    }));
    await context.db.write((tx) =>
      createKeys(callOf(context, user, tx), { project, reach }, { keys: part, message: "Sample project" }),
    );
  }
  await publish(
    { ...callOf(context, user, context.db.read), project, reach },
    { channel: DEFAULT_CHANNEL, message: "Sample project" },
  );
  return project;
}

const SCOPES = ["projects:write", "keys:write", "translations:write", "translations:publish"] as const;

function callOf<Store extends Reader>(context: Context, user: Owner["user"], store: Store): Call<Store> {
  return {
    ...context,
    caller: {
      kind: "session",
      sessionId: "sample",
      userId: user.id,
      name: user.name,
      email: user.email,
      emailVerified: true,
    },
    store,
    now: context.clock.now(),
    requestId: "sample",
    address: "127.0.0.1",
    afterCommit: () => {},
    note: () => {},
    audit: async () => {},
  };
}
